# SPDX-License-Identifier: GPL-3.0-or-later
"""billctl-xlsx: what it reads is written out by hand, what it wrote is read back with zipfile and an XML parser."""

import json
import os
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("builddir", os.path.join(HERE, "..", "..", "build"))
PROGRAM = os.path.join(os.environ.get("BILLCTL_EXEC_PATH", os.path.join(BUILD, "libexec")), "billctl-xlsx")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FIRST = '{"billctl-xlsx":1,"as_of_us":1767225600000000}\n'
TESTS = []


def test(function):
    TESTS.append(function)
    return function


def equal(actual, expected, what=""):
    if actual != expected:
        raise AssertionError("%s: %r instead of %r" % (what, actual, expected))


def sheet(name, *kinds):
    columns = [{"title": "C%d" % i, "kind": kind} for i, kind in enumerate(kinds, 1)]
    return json.dumps({"sheet": name, "columns": columns}) + "\n"


def end(rows):
    return '{"end":true,"rows":%d}\n' % rows


def start(path, **options):
    return subprocess.Popen([PROGRAM, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def send(process, text):
    try:
        process.stdin.write(text.encode())
        process.stdin.flush()
    except BrokenPipeError:
        pass


def finish(process):
    """The answer, the last line on standard error, the exit status. The pipe stays open until the answer is there."""
    answer = process.stdout.read().decode()
    words = process.stderr.read().decode().strip().split("\n")[-1]
    status = process.wait()
    try:
        process.stdin.close()
    except BrokenPipeError:
        pass
    process.stdout.close()
    process.stderr.close()
    return answer, words, status


def write(path, text, **options):
    process = start(path, **options)
    send(process, text)
    return finish(process)


def written(path, text, rows):
    equal(write(path, text + end(rows)), ('{"ok":true,"rows":%d}\n' % rows, "", 0), "answer")
    return zipfile.ZipFile(path)


def names(book):
    return [tag.get("name") for tag in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(MAIN + "sheet")]


def cells(book, number=1):
    """Address -> (type, text, number format, alignment, bold)."""
    styles = ElementTree.fromstring(book.read("xl/styles.xml"))
    codes = {tag.get("numFmtId"): tag.get("formatCode") for tag in styles.iter(MAIN + "numFmt")}
    codes.update({"0": "General", "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00"})
    bold = [font.find(MAIN + "b") is not None for font in styles.find(MAIN + "fonts")]
    looks = []
    for look in styles.find(MAIN + "cellXfs"):
        alignment = look.find(MAIN + "alignment")
        looks.append((codes[look.get("numFmtId")], "" if alignment is None else alignment.get("horizontal"), bold[int(look.get("fontId"))]))
    found = {}
    for cell in ElementTree.fromstring(book.read("xl/worksheets/sheet%d.xml" % number)).iter(MAIN + "c"):
        text = "".join(part.text or "" for part in cell.iter() if part.tag in (MAIN + "t", MAIN + "v"))
        found[cell.get("r")] = (cell.get("t", "n"), text) + looks[int(cell.get("s", "0"))]
    return found


@test
def kinds_of_cells(folder):
    rows = ("sA-1\tn12.5\tm99.00\td20454\tt1767225600000000\tb1\n"
            "s\tn-7\tm-100\td-25509\tt1767225600123000\tb0\n"
            "\tn0.000001\tm1.234\td-25508\t\t\n"
            "s=1+1\t\tm0.0001\n")
    book = written(folder + "/a.xlsx", FIRST + sheet("Lines", "code", "decimal", "money", "date", "instant", "boolean") + rows, 4)
    got = cells(book)
    stamp, fine = "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd hh:mm:ss.000"
    truth = '"TRUE";"TRUE";"FALSE"'
    expected = {
        "A1": ("inlineStr", "C1", "General", "", True), "F1": ("inlineStr", "C6", "General", "", True),
        "A2": ("inlineStr", "A-1", "General", "", False), "B2": ("n", "12.5", "General", "", False),
        "C2": ("n", "99", "#,##0.00", "", False), "D2": ("n", "46023", "yyyy-mm-dd", "left", False),
        "E2": ("n", "46023", stamp, "left", False), "F2": ("b", "1", truth, "left", False),
        "B3": ("n", "-7", "0", "", False), "C3": ("n", "-100", "#,##0", "", False),
        # 1900-02-28 has a different number in different programs, so it is text; 1900-03-01 is day 61 in all.
        "D3": ("inlineStr", "1900-02-28", "General", "", False), "F3": ("b", "0", truth, "left", False),
        "B4": ("n", "1E-06", "General", "", False), "C4": ("n", "1.234", "#,##0.000", "", False),
        "D4": ("n", "61", "yyyy-mm-dd", "left", False),
        "A5": ("inlineStr", "=1+1", "General", "", False), "C5": ("n", "0.0001", "#,##0.0000", "", False),
    }
    for address, cell in expected.items():
        equal(got.get(address), cell, address)
    equal(got["E3"][2], fine, "format of E3")
    # 123 ms are 1.4236111 millionths of a day.
    equal(got["E3"][1][:14], "46023.00000142", "value of E3")
    for address in ("A3", "A4", "E4", "F4", "B5", "D5"):
        equal(got.get(address), None, address)
    equal(b"<f>" in book.read("xl/worksheets/sheet1.xml"), False, "formula")


@test
def numbers_stay_exact(folder):
    as_number = ["0.1", "99.35", "123456789012345", "-0.00000000123456", "999999999999999", "8.99999999999999", "1.00000000000001",
                 "72057594037927.9", "0.000000000000000001"]
    as_text = ["1234567890123456", "0.1234567890123456", "-9223372036854775808", "100000000000000.01", "0.0000000000000000001"]
    rows = "".join("n%s\n" % number for number in as_number + as_text) + "m92233720368547758.07\n"
    got = cells(written(folder + "/a.xlsx", FIRST + sheet("N", "decimal") + rows, len(as_number) + len(as_text) + 1))
    for row, number in enumerate(as_number, 2):
        equal(got["A%d" % row][0], "n", number)
        equal(float(got["A%d" % row][1]), float(number), number)
        equal(float("%.15g" % float(got["A%d" % row][1])), float(number), number)
    for row, number in enumerate(as_text, 2 + len(as_number)):
        equal(got["A%d" % row], ("inlineStr", number, "General", "right", False), number)
    equal(got["A%d" % (2 + len(as_number) + len(as_text))], ("inlineStr", "92233720368547758.07", "General", "right", False), "money")


@test
def texts_come_back(folder):
    rows = "s a <b> & \"c\" \\\\ \\t \\n x \ns_x0041_ and _x00zz_\ns\u6771\u4eac \U0001f600\n"
    got = cells(written(folder + "/a.xlsx", FIRST + sheet("T", "text") + rows, 3))
    equal(got["A2"][1], ' a <b> & "c" \\ \t \n x ', "escapes")
    equal(got["A3"][1], "_x005F_x0041_ and _x00zz_", "what would be read as an escape")
    equal(got["A4"][1], "\u6771\u4eac \U0001f600", "unicode")


@test
def layout(folder):
    book = written(folder + "/a.xlsx", FIRST + sheet("Lines", "code", "money") + "sx\tm1.00\nsy\tm2.00\n", 2)
    text = book.read("xl/worksheets/sheet1.xml").decode()
    for part in ('<autoFilter ref="A1:B3"/>', 'ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"',
                 '<col min="1" max="1" width="18.', '<col min="2" max="2" width="14.', 'orientation="landscape"'):
        equal(part in text, True, part)


@test
def names_of_sheets(folder):
    wishes = ["Lines", "lines", "a[b]:c*d?e/f\\g'h", "", "history", "x" * 40, "x" * 31, "\U0001f600" * 20]
    text = FIRST + "".join(sheet(wish, "text") for wish in wishes)
    equal(names(written(folder + "/a.xlsx", text, 0)),
          ["Lines", "lines (2)", "a-b--c-d-e-f-g-h", "-", "history-", "x" * 31, "x" * 27 + " (2)", "\U0001f600" * 15], "names")


@test
def a_full_sheet_goes_on(folder):
    limit = 1048576 - 1
    text = FIRST + sheet("Usage", "integer") + "".join("n%d\n" % i for i in range(limit + 2))
    book = written(folder + "/a.xlsx", text, limit + 2)
    equal(names(book), ["Usage", "Usage (2)"], "sheets")
    equal(book.read("xl/worksheets/sheet1.xml").endswith(
        b'<row r="1048576"><c r="A1048576" s="2"><v>1048574</v></c></row></sheetData><autoFilter ref="A1:A1048576"/>'
        + book.read("xl/worksheets/sheet1.xml").split(b'<autoFilter ref="A1:A1048576"/>')[1]), True, "last row of the first")
    second = cells(book, 2)
    equal([second["A%d" % row][1] for row in (1, 2, 3)], ["C1", "1048575", "1048576"], "rows of the second")


@test
def equal_rows_make_equal_bytes(folder):
    text = FIRST + sheet("Lines", "code", "money") + "sx\tm1.00\n"
    book = written(folder + "/a.xlsx", text, 1)
    time.sleep(1.1)
    equal(write(folder + "/b.xlsx", text + end(1), env=dict(os.environ, TZ="Asia/Tokyo", LC_ALL="de_DE.UTF-8"))[2], 0, "status")
    with open(folder + "/a.xlsx", "rb") as a, open(folder + "/b.xlsx", "rb") as b:
        equal(a.read() == b.read(), True, "bytes")
    equal({member.date_time for member in book.infolist()}, {(1980, 1, 1, 0, 0, 0)}, "times of members")
    equal(re.findall(b"W3CDTF\">([^<]*)<", book.read("docProps/core.xml")), [b"2026-01-01T00:00:00Z"] * 2, "creation")
    equal(write(folder + "/c.xlsx", text.replace("1767225600000000", "0") + end(1))[2], 0, "status")
    equal(re.findall(b"W3CDTF\">([^<]*)<", zipfile.ZipFile(folder + "/c.xlsx").read("docProps/core.xml")), [b"1970-01-01T00:00:01Z"] * 2)


def refused(folder, text, words, **options):
    path = folder + "/kept.xlsx"
    with open(path, "w") as kept:
        kept.write("as it was")
    equal(write(path, text, **options), ("", words, 1), "refusal")
    with open(path) as kept:
        equal(kept.read(), "as it was", "the file of before")
    equal(os.listdir(folder), ["kept.xlsx"], "folder")


@test
def long_text_is_refused(folder):
    most = "\u00e4" * 32767
    got = cells(written(folder + "/kept.xlsx", FIRST + sheet("T", "text") + "s%s\n" % most, 1))
    equal(got["A2"][1], most, "the longest text")
    refused(folder, FIRST + sheet("T", "code", "text") + "sa\tsb\nsa\ts%s\u00e4\n" % most + end(2),
            'row 2, "C2": 32768 characters where a spreadsheet cell holds 32767; leave the column out or write CSV')


@test
def what_is_not_whole_is_refused(folder):
    lines = FIRST + sheet("T", "text")
    refused(folder, lines + "sa\n" + end(2), "2 rows were announced and 1 came")
    refused(folder, lines + "sa\tsb\n" + end(1), "row 1 has more cells than columns")
    refused(folder, lines + "zz\n" + end(1), "row 1: a cell of an unknown kind")
    refused(folder, FIRST + "sa\n" + end(1), "a row before the first sheet")
    refused(folder, FIRST + end(0), "no sheet was sent")
    refused(folder, FIRST.replace(":1,", ":2,") + end(0), "billctl and billctl-xlsx are of different versions")


@test
def a_disk_that_is_full(folder):
    def small_files():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200000, 200000))
    text = FIRST + sheet("T", "text") + "sabcdefghijklmnopqrstuvwxyz\n" * 20000
    refused(folder, text + end(20000), "writing scratch files: File too large", preexec_fn=small_files)


@test
def an_input_that_ends_early(folder):
    path = folder + "/a.xlsx"
    process = start(path)
    send(process, FIRST + sheet("T", "text") + "sa\n")
    process.stdin.close()
    equal(finish(process), ("", "the rows ended early", 1), "end")
    equal(os.listdir(folder), [], "folder")


@test
def nobody_waits_any_more(folder):
    # All rows and the end are there, but the sender has gone: the file must not appear behind its back.
    process = start(folder + "/a.xlsx")
    send(process, FIRST + sheet("T", "text") + "sa\n" + end(1))
    process.stdin.close()
    equal(finish(process), ("", "stopped", 1), "end")
    equal(os.listdir(folder), [], "folder")


@test
def stopped_by_signals(folder):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        process = start(folder + "/a.xlsx")
        send(process, FIRST + sheet("T", "text") + "sa\n")
        while not os.listdir(folder):
            time.sleep(0.01)
        process.send_signal(number)
        equal(finish(process), ("", "the rows ended early", 1), "end")
        equal(os.listdir(folder), [], "folder")


@test
def the_name_is_taken_at_the_end(folder):
    path = folder + "/a.xlsx"
    process = start(path)
    send(process, FIRST + sheet("T", "text") + "sa\n")
    while not os.listdir(folder):
        time.sleep(0.01)
    equal(os.path.exists(path), False, "before the end")
    send(process, end(1))
    equal(finish(process)[2], 0, "status")
    equal(os.listdir(folder), ["a.xlsx"], "folder")


@test
def targets(folder):
    text = FIRST + sheet("T", "text") + "sa\n" + end(1)
    path, link = folder + "/a.xlsx", folder + "/link.xlsx"
    equal(write(path, text, umask=0o027)[2], 0, "status")
    equal(stat.S_IMODE(os.stat(path).st_mode), 0o640, "permissions of a new file")
    os.chmod(path, 0o604)
    os.symlink("a.xlsx", link)
    equal(write(link, text)[2], 0, "status")
    equal(os.readlink(link), "a.xlsx", "the link")
    equal(stat.S_IMODE(os.stat(path).st_mode), 0o604, "permissions of the file of before")
    equal(write("/dev/null", text)[1:], ("not a regular file", 1), "a device")
    equal(write(folder, text)[1:], ("not a regular file", 1), "a folder")
    equal(write(folder + "/no/a.xlsx", text)[1:], ("creating a file in %s/no: No such file or directory" % folder, 1), "no folder")


def main():
    if not os.access(PROGRAM, os.X_OK):
        print("1..0 # SKIP billctl-xlsx is not built")
        return 0
    print("1..%d" % len(TESTS))
    failures = 0
    for number, function in enumerate(TESTS, 1):
        folder = tempfile.mkdtemp(prefix="billctl-xlsx-")
        try:
            function(folder)
            print("ok %d - %s" % (number, function.__name__))
        except Exception as problem:  # a broken file fails its test, not the others
            failures += 1
            print("not ok %d - %s" % (number, function.__name__))
            print("# %s: %s" % (type(problem).__name__, str(problem).replace("\n", "\n# ")))
        finally:
            shutil.rmtree(folder)
        sys.stdout.flush()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
