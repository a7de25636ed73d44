using CivicQ.Host.Faults;

namespace CivicQ.Host.Presentation.Screens;

/// <summary>One of the standard streams as a place to show things: its width, and whether colours and overwriting make sense there.</summary>
/// <param name="writer">Where the text goes.</param>
/// <param name="width">Columns.</param>
/// <param name="colour">Whether escape sequences are kept; else they are taken out.</param>
/// <param name="interactive">Whether somebody looks at it: progress is drawn only then.</param>
/// <param name="pipe">Whether it is a pipe: what fails there is its reader's end.</param>
public sealed class Screen(TextWriter writer, int width, bool colour, bool interactive, bool pipe = false)
{
    /// <summary>Columns where neither a terminal nor <c>COLUMNS</c> tells: wide enough for the module's views.</summary>
    public const int DefaultWidth = 120;

    /// <summary>Columns.</summary>
    public int Width { get; } = width;

    /// <summary>Whether escape sequences are kept.</summary>
    public bool Colour { get; } = colour;

    /// <summary>Whether it is a terminal.</summary>
    public bool Interactive { get; } = interactive;

    /// <summary>The process' own output.</summary>
    /// <param name="colour">False for <c>--no-color</c>.</param>
    /// <returns>The screen.</returns>
    public static Screen Output(bool colour) =>
        PipeOutput.TryOpen() is { } pipe ? new Screen(pipe, WidthOf(redirected: true), colour: false, interactive: false, pipe: true)
            : Standard(Console.Out, Console.IsOutputRedirected, colour);

    /// <summary>The process' own error stream.</summary>
    /// <param name="colour">False for <c>--no-color</c>.</param>
    /// <returns>The screen.</returns>
    public static Screen Error(bool colour) => Standard(Console.Error, Console.IsErrorRedirected, colour);

    /// <summary>Writes a text and ends the line.</summary>
    /// <param name="text">The text; escape sequences go where there is no colour.</param>
    public void WriteLine(string text = "") => Send(() => writer.WriteLine(Colour ? text : Ansi.Strip(text)));

    /// <summary>Writes a text.</summary>
    /// <param name="text">The text; escape sequences go where there is no colour.</param>
    public void Write(string text) => Send(() => writer.Write(Colour ? text : Ansi.Strip(text)));

    /// <summary>Writes a control sequence, colour or not.</summary>
    /// <param name="sequence">The sequence.</param>
    public void Control(string sequence) => Send(() => writer.Write(sequence));

    /// <summary>A text in a colour, where the screen has colours.</summary>
    /// <param name="colour">The sequence.</param>
    /// <param name="text">The text.</param>
    /// <returns>The text, in colour or not.</returns>
    public string Paint(string colour, string text) => Colour && text.Length > 0 ? colour + text + Ansi.Reset : text;

    /// <summary>Sends on what is buffered.</summary>
    public void Flush() => Send(writer.Flush);

    private void Send(Action write)
    {
        try
        {
            write();
        }
        catch (IOException failure) when (pipe)
        {
            throw new OutputClosedException(failure);
        }
    }

    private static Screen Standard(TextWriter writer, bool redirected, bool colour)
    {
        // NO_COLOR (https://no-color.org): any value that is not empty.
        var allowed = colour && !redirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new Screen(writer, WidthOf(redirected), allowed, !redirected && Environment.GetEnvironmentVariable("TERM") != "dumb");
    }

    private static int WidthOf(bool redirected)
    {
        if (!redirected)
        {
            try
            {
                if (Console.WindowWidth > 0)
                {
                    return Console.WindowWidth;
                }
            }
            catch (IOException)
            {
                // A terminal that does not know its size.
            }
        }

        return int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out var columns) && columns > 0 ? columns : DefaultWidth;
    }
}
