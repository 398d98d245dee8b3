"""galley(1) from the command's own help: manual.py VERSION DATE reads `galley --experimental-dump-help` and writes man(7)."""
import json
import sys


def text(words):
    """Words as a line of roff: nothing in them is a request, and `…` is bold."""
    escaped = words.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    parts = escaped.split("`")
    line = "".join(f"\\fB{part}\\fR" if place % 2 else part for place, part in enumerate(parts))
    return "\\&" + line if line.startswith((".", "'")) else line


def paragraphs(words, start=".PP"):
    return [line for block in words.split("\n\n") for line in (start, *(text(part) for part in block.split("\n")))]


def name(argument):
    marks = {"long": "--", "short": "-", "longWithSingleDash": "-"}
    return ", ".join(f"\\fB{text(marks[n['kind']] + n['name'])}\\fR" for n in argument.get("names", []))


def value(argument):
    return f"\\fI{text(argument.get('valueName', 'value'))}\\fR"


def shown(arguments, *hidden):
    return [a for a in arguments if a.get("shouldDisplay", True) and a.get("valueName") not in hidden]


def synopsis(words, command):
    line = [f"\\fB{text(words)}\\fR"]
    arguments = shown(command.get("arguments", []), "help", "version")
    if any(a["kind"] != "positional" for a in arguments):
        line.append("[\\fIoptions\\fR]")
    for argument in (a for a in arguments if a["kind"] == "positional"):
        word = value(argument) + (" ..." if argument.get("isRepeating") else "")
        line.append(f"[{word}]" if argument.get("isOptional") else word)
    if command.get("subcommands"):
        line.append("\\fIcommand\\fR")
    return " ".join(line)


def options(command):
    lines = []
    for argument in shown(command.get("arguments", []), "help", "version"):
        term = value(argument) if argument["kind"] == "positional" else name(argument)
        if argument["kind"] == "option":
            term += " " + value(argument)
        words = argument.get("abstract", "")
        if argument.get("allValues"):
            words += f" One of: {', '.join(argument['allValues'])}."
        if argument.get("defaultValue") not in (None, "", ".") and argument["kind"] != "flag":
            words += f" Default: {argument['defaultValue']}."
        lines += [".TP", term, text(words.strip()) or "\\&"]
    return lines


def commands(command, words):
    """Every command that can be given, with its subcommands."""
    for sub in command.get("subcommands", []):
        if not sub.get("shouldDisplay", True) or sub["commandName"] == "help":
            continue
        whole = f"{words} {sub['commandName']}"
        yield f".SS \"{text(whole)}\""
        yield text(sub.get("abstract", ""))
        if not sub.get("subcommands"):
            yield from (".PP", synopsis(whole, sub))
        if sub.get("discussion"):
            yield from paragraphs(sub["discussion"])
        yield from options(sub)
        yield from commands(sub, whole)


def page(help, version, date):
    galley = help["command"]
    yield f".TH GALLEY 1 \"{date}\" \"galley {version}\" \"User Commands\""
    yield from (".SH NAME", f"galley \\- {text(galley['abstract'][:1].lower() + galley['abstract'][1:].rstrip('.'))}")
    yield from (".SH SYNOPSIS", "\\fBgalley\\fR \\fIcommand\\fR [\\fIoptions\\fR] [\\fIarguments\\fR]")
    yield ".SH DESCRIPTION"
    yield from paragraphs(galley.get("discussion", ""))
    yield from paragraphs("Every command takes `--help`.")
    yield ".SH COMMANDS"
    yield from commands(galley, "galley")
    yield ".SH FILES"
    for file, words in (
        ("/var/lib/galley", "The workspace of the service galley.service."),
        ("/etc/default/galley", "Options of the service, and environment variables for it."),
        (".galley/history.db", "The history, in a workspace: events, jobs and their steps."),
        (".galley/reserve", "Space held back, so that what was done last can be recorded when the disk is full."),
        ("~/.config/galley/keys/", "The keys of the workspaces' secrets."),
    ):
        yield from (".TP", f"\\fI{text(file)}\\fR", text(words))
    yield ".SH ENVIRONMENT"
    for variable, words in (
        ("GALLEY_SERVER", "The address of a server elsewhere that commands work on, in place of a workspace here; --server and --workspace win over it."),
        ("GALLEY_TOKEN", "The token for that server."),
        ("GALLEY_SECRET_NAME, NAME", "The secret NAME of connections, in place of the encrypted store."),
        ("GALLEY_KEY_FILE", "Where the key of the secrets is, in place of ~/.config/galley/keys/."),
        ("NO_COLOR", "When it is set and not empty, nothing has colour."),
    ):
        yield from (".TP", f"\\fB{variable}\\fR", text(words))
    yield ".SH SEE ALSO"
    yield text("/usr/share/doc/galley: README.md, recipes.md, formulas.md, connectors.md, operate.md")


print("\n".join(page(json.load(sys.stdin), *sys.argv[1:3])))
