using CivicQ.Host.Presentation.Screens;

namespace CivicQ.Host.Presentation.Help;

/// <summary>Help in Get-Help's layout.</summary>
/// <param name="screen">Where it goes.</param>
public sealed class HelpText(Screen screen)
{
    private const string Margin = "    ";
    private const int LabelWidth = 29;

    /// <summary>Shows a cmdlet's help.</summary>
    /// <param name="help">The help.</param>
    /// <param name="detail">How much of it.</param>
    public void Write(CommandHelp help, HelpDetail detail)
    {
        screen.WriteLine();
        Section("NAME", [help.Name]);
        Section("SYNOPSIS", [help.Synopsis]);
        if (detail != HelpDetail.Examples)
        {
            Section("SYNTAX", help.Syntax);
            Section("DESCRIPTION", help.Description);
        }

        if (detail == HelpDetail.Full)
        {
            Heading("PARAMETERS");
            foreach (var parameter in help.Parameters)
            {
                Write(parameter, Margin);
            }

            WriteCommonParameters();
            Types("INPUTS", help.Inputs);
            Types("OUTPUTS", help.Outputs);
            Section("NOTES", help.Notes);
        }

        if (detail != HelpDetail.Brief)
        {
            Heading("EXAMPLES");
            foreach (var example in help.Examples)
            {
                Write(example);
            }
        }

        if (detail != HelpDetail.Examples)
        {
            Section("RELATED LINKS", help.Links, apart: false);
        }

        if (detail == HelpDetail.Brief)
        {
            Section("REMARKS", [$"More: civicq help {help.Name} -Examples, -Full, -Parameter NAME."]);
        }
    }

    /// <summary>Shows a parameter's help.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="margin">What stands before each line.</param>
    public void Write(ParameterHelp parameter, string margin = "")
    {
        screen.WriteLine(margin + screen.Paint(Ansi.Heading, parameter.Type.Length == 0 ? $"-{parameter.Name}" : $"-{parameter.Name} <{parameter.Type}>"));
        Paragraphs(parameter.Text, margin + Margin);
        foreach (var (label, value) in parameter.Facts)
        {
            screen.WriteLine($"{margin}{Margin}{Cells.Fit(label, LabelWidth)}{value}");
        }

        screen.WriteLine();
    }

    /// <summary>Lists all cmdlets by system, and the topics.</summary>
    /// <param name="library">The help.</param>
    public void WriteIndex(HelpLibrary library)
    {
        var width = library.Commands.Select(command => Cells.Width(command.Name)).Append(0).Max() + 2;
        foreach (var group in library.Commands.GroupBy(command => SystemNames.Of(command.Name)).OrderBy(group => SystemNames.Order(group.Key)))
        {
            Heading(group.Key);
            foreach (var command in group)
            {
                Entry(command.Name, width, command.Synopsis);
            }

            screen.WriteLine();
        }

        Section("Topics", library.Topics, apart: false);
    }

    private void Entry(string name, int width, string text)
    {
        var lines = Cells.Wrap(text, Math.Max(20, screen.Width - Margin.Length - width));
        screen.WriteLine(Margin + Cells.Fit(name, width) + lines[0]);
        foreach (var line in lines.Skip(1))
        {
            screen.WriteLine(Margin + new string(' ', width) + line);
        }
    }

    private void Write(ExampleHelp example)
    {
        screen.WriteLine(Margin + screen.Paint(Ansi.Heading, example.Title));
        screen.WriteLine();
        foreach (var line in example.Code.Split('\n'))
        {
            screen.WriteLine(Margin + line);
        }

        screen.WriteLine();
        Paragraphs(example.Remarks, Margin);
    }

    private void WriteCommonParameters()
    {
        screen.WriteLine(Margin + screen.Paint(Ansi.Heading, "<CommonParameters>"));
        Paragraphs(["The common parameters that the cmdlet supports here: Verbose, Debug, ErrorAction, WarningAction, InformationAction, ProgressAction."], Margin + Margin);
    }

    private void Types(string title, IReadOnlyList<(string Type, IReadOnlyList<string> Text)> types)
    {
        Heading(title);
        foreach (var (type, text) in types)
        {
            screen.WriteLine(Margin + type);
            Paragraphs(text, Margin + Margin);
        }

        screen.WriteLine();
    }

    private void Section(string title, IReadOnlyList<string> paragraphs, bool apart = true)
    {
        if (paragraphs.Count == 0)
        {
            return;
        }

        Heading(title);
        Paragraphs(paragraphs, Margin, apart);
        if (!apart)
        {
            screen.WriteLine();
        }
    }

    private void Heading(string title) => screen.WriteLine(screen.Paint(Ansi.Heading, title));

    private void Paragraphs(IEnumerable<string> paragraphs, string margin, bool apart = true)
    {
        foreach (var paragraph in paragraphs)
        {
            // Lines of lists, tables and code keep their indentation; only what is too long is broken.
            foreach (var line in Cells.Wrap(paragraph, Math.Max(20, screen.Width - margin.Length)))
            {
                screen.WriteLine((margin + line).TrimEnd());
            }

            if (apart)
            {
                screen.WriteLine();
            }
        }
    }
}
