# SPDX-License-Identifier: GPL-3.0-or-later
# fish completion for billctl: asks `billctl complete` what may stand at the cursor.

function __billctl_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    for line in ($program complete -- $words "$current" 2>/dev/null)
        if test "$line" = :file
            set -l prefix (string match -r -- '^--[^=]+=' "$current")
            for path in (__fish_complete_path (string replace -r -- '^--[^=]+=' '' "$current"))
                echo "$prefix$path"
            end
        else
            echo $line
        end
    end
end

complete -c billctl -f -a '(__billctl_complete)'
