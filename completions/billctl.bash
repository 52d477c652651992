# SPDX-License-Identifier: GPL-3.0-or-later
# bash completion for billctl: asks `billctl complete` what may stand at the cursor.

_billctl ()
{
  local word line value prefix=
  local -a words=() candidates=()

  # bash cuts words at '=' and ':' as well; put "--option=value" and "code:part" together again.
  for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
    local last=$((${#words[@]} - 1))
    if ((last >= 0)) && [[ $word == [=:]* && ${words[last]} != '' || ${words[last]} == --*= || ${words[last]} == *: ]]; then
      words[last]+=$word
    else
      words+=("$word")
    fi
  done
  local current=${words[${#words[@]} - 1]}

  # Candidates are whole words; bash wants only what comes behind its last cut.
  if [[ $COMP_WORDBREAKS == *=* && $current == --*=* ]]; then
    prefix=${current%%=*}=
  fi
  if [[ $COMP_WORDBREAKS == *:* && $current == *:* ]]; then
    prefix=${current%"${current##*:}"}
  fi

  COMPREPLY=()
  mapfile -t candidates < <("${COMP_WORDS[0]}" complete -- "${words[@]}" 2>/dev/null)
  for line in "${candidates[@]}"; do
    if [[ $line == :file ]]; then
      compopt -o filenames
      value=$current
      [[ $current == --*=* ]] && value=${current#*=}
      while IFS= read -r value; do
        COMPREPLY+=("$value")
      done < <(compgen -f -- "$value")
    else
      value=${line%%$'\t'*}
      COMPREPLY+=("${value#"$prefix"}")
    fi
  done
}

complete -F _billctl billctl
