# bash completion for tcplab

_tcplab()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command='' endings i
	local commands='run replay check export watch live drill'
	local options='--text --json -o --seed --set --conn --play --side --list --for --memory --step --size --theme
		--projector --color= --reduce-motion --ui-script --dump-ui -v --via --profile --interface --address --loss
		--duplication --reordering --save --to --serve --command --real --late-bound --once --stdio -4 -6 --window
		-j -D --live --strict --tolerance --ip_version --junit --help --version'

	COMPREPLY=()
	# "--color=al" arrives as three words: bash breaks words at "=".
	if [[ $cur == = ]]; then
		prev='=' cur=''
	fi
	case $prev in
	=)
		if [[ ${COMP_WORDS[COMP_CWORD - 1]} == --color || ${COMP_WORDS[COMP_CWORD - 2]} == --color ]]
		then
			mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur")
		fi
		return
		;;
	--play | --side)
		mapfile -t COMPREPLY < <(compgen -W 'client server' -- "$cur")
		return
		;;
	--theme)
		mapfile -t COMPREPLY < <(compgen -W 'light dark' -- "$cur")
		return
		;;
	--via)
		mapfile -t COMPREPLY < <(compgen -W 'auto raw own tun space pcap' -- "$cur")
		return
		;;
	--interface)
		mapfile -t COMPREPLY < <(compgen -W "$(ls /sys/class/net 2>/dev/null)" -- "$cur")
		return
		;;
	--serve)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	--ip_version)
		mapfile -t COMPREPLY < <(compgen -W 'ipv4 ipv6 ipv4-mapped-ipv6' -- "$cur")
		return
		;;
	--profile | -j | -D | --tolerance | --address | --loss | --duplication | --reordering | --command | --real | --late-bound | --seed | --set | --conn | --for | --memory | --step | --size)
		return
		;;
	-o | --ui-script | --junit)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	esac

	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
		[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace
		return
	fi
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		run | replay | check | export | watch | live | drill)
			command=${COMP_WORDS[i]}
			break
			;;
		esac
	done
	case $command in
	'') mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$cur") && return ;;
	live)
		[[ ${COMP_WORDS[COMP_CWORD - 1]} != live ]] ||
			mapfile -t COMPREPLY < <(compgen -W 'get connect listen replay tun' -- "$cur")
		return
		;;
	watch)
		mapfile -t COMPREPLY < <(compgen -W "any $(ls /sys/class/net 2>/dev/null)" -- "$cur")
		return
		;;
	run) endings='json|pkt|live' ;;
	drill) endings=pkt ;;
	replay) endings='pcap|pcapng|cap' ;;
	*) endings='json|pkt|live|pcap|pcapng|cap' ;;
	esac
	compopt -o filenames
	mapfile -t COMPREPLY < <(
		compgen -d -- "$cur"
		compgen -f -- "$cur" | grep -E "\.($endings)$"
	)
}
complete -F _tcplab tcplab
