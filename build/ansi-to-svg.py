#!/usr/bin/env python3
"""Reads a terminal's output with colours from standard input, and writes a picture of it (SVG) to standard output."""
import html
import re
import sys

COLOURS = {30: "#15191e", 31: "#ff6b68", 32: "#7bd88f", 33: "#e5c07b", 34: "#61afef", 35: "#c678dd", 36: "#56b6c2", 37: "#dcdfe4",
           90: "#7f848e", 91: "#ff6b68", 92: "#98e6a8", 93: "#f0d58c", 94: "#82c3f7", 95: "#d79bea", 96: "#7fd1db", 97: "#ffffff"}
FOREGROUND, BACKGROUND = "#dcdfe4", "#1e2228"
CELL, LINE, MARGIN = 8.4, 19, 16


def spans(line):
    """Yields (text, colour, bold) for the runs of one line."""
    colour, bold, at = FOREGROUND, False, 0
    for match in re.finditer(r"\x1b\[([0-9;]*)m", line):
        if match.start() > at:
            yield line[at:match.start()], colour, bold
        for code in (int(c or 0) for c in match.group(1).split(";")):
            if code == 0:
                colour, bold = FOREGROUND, False
            elif code == 1:
                bold = True
            elif code in COLOURS:
                colour = COLOURS[code]
        at = match.end()
    if at < len(line):
        yield line[at:], colour, bold


def main():
    text = re.sub(r"\x1b(\[[0-9;?]*[A-Za-ln-z]|[^\[])", "", sys.stdin.read()).replace("\r", "").strip("\n")
    lines = text.split("\n")
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    width = max(map(len, plain)) * CELL + 2 * MARGIN
    height = len(lines) * LINE + 2 * MARGIN + 18
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}">',
           f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>']
    out += [f'<circle cx="{MARGIN + 4 + i * 18}" cy="16" r="5.5" fill="{c}"/>' for i, c in enumerate(("#ff5f57", "#febc2e", "#28c840"))]
    out.append('<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,\'DejaVu Sans Mono\',monospace" font-size="14" xml:space="preserve">')
    for number, line in enumerate(lines):
        column, y = 0, MARGIN + 18 + (number + 0.75) * LINE
        for run, colour, bold in spans(line):
            if run.strip():
                weight = ' font-weight="bold"' if bold else ""
                # The length is fixed, so that columns stand in line whatever the reader's font.
                out.append(f'<text x="{MARGIN + column * CELL:.1f}" y="{y:.1f}" fill="{colour}"{weight} textLength="{len(run) * CELL:.1f}"'
                           f' lengthAdjust="spacingAndGlyphs">{html.escape(run)}</text>')
            column += len(run)
    out.append("</g></svg>")
    print("\n".join(out))


main()
