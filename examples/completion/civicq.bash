# Completion of civicq's cmdlets, parameters and options in bash: source this file in ~/.bashrc, or put it into
# /usr/share/bash-completion/completions/civicq. What there is, the module's own help says; it is asked once in a shell.
declare -A _civicq_known

_civicq_ask() {
  local topic=$1 pattern=$2
  [ -n "${_civicq_known[about:$topic]:-}" ] || _civicq_known[about:$topic]=$(COLUMNS=500 "$_civicq_program" help ${topic:+"$topic" -Full} 2>/dev/null | grep -oE "$pattern" | sort -u | tr '\n' ' ')
  _civicq_words=${_civicq_known[about:$topic]}
}

_civicq() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} cmdlet='' index
  _civicq_program=${COMP_WORDS[0]}
  COMPREPLY=()
  # The cmdlet whose parameters count is the last one after a pipe.
  for ((index = 1; index < COMP_CWORD; index++)); do
    case ${COMP_WORDS[index]} in
      *'|'*) cmdlet='' ;;
      *-CivicQ*) [ -n "$cmdlet" ] || cmdlet=${COMP_WORDS[index]} ;;
    esac
  done

  if [ "$before" = --output ] || [ "$before" = -o ]; then
    _civicq_words='table list json jsonl csv'
  elif [[ $word == --* ]]; then
    _civicq_words='--output --no-color --version --help'
  elif [ -z "$cmdlet" ]; then
    _civicq_ask '' '[A-Z][a-z]+-CivicQ[A-Za-z]*'
    [ "$COMP_CWORD" -gt 1 ] || _civicq_words="help $_civicq_words"
  elif [[ $word == -* ]]; then
    _civicq_ask "$cmdlet" '^ +-[A-Z][A-Za-z]+'
    _civicq_words+=' -Verbose -Debug -ErrorAction -WarningAction -InformationAction -ProgressAction'
  else
    return
  fi

  mapfile -t COMPREPLY < <(compgen -W "$_civicq_words" -- "$word")
}

complete -F _civicq civicq
