using System.Management.Automation;
using CivicQ.Host.Engine;
using CivicQ.Host.Presentation.Formats;
using CivicQ.Host.Presentation.Screens;
using CivicQ.Host.Presentation.Values;

namespace CivicQ.Host.Presentation.Streams;

/// <summary>Shows an invocation: results on the output, all else on the error stream.</summary>
public sealed class TerminalSink : IHostSink
{
    private readonly IObjectWriter results;
    private readonly Screen output;
    private readonly Screen error;
    private readonly ProgressLine progress;
    private readonly ConfirmPrompt prompt;

    /// <summary>Makes the sink.</summary>
    /// <param name="results">The format of the results.</param>
    /// <param name="output">The output.</param>
    /// <param name="error">The error stream.</param>
    /// <param name="input">Where answers come from; null where nobody can answer.</param>
    public TerminalSink(IObjectWriter results, Screen output, Screen error, TextReader? input)
    {
        (this.results, this.output, this.error) = (results, output, error);
        progress = new ProgressLine(error);
        prompt = new ConfirmPrompt(error, input);
    }

    /// <summary>Whether an error was shown.</summary>
    public bool HadErrors { get; private set; }

    /// <inheritdoc/>
    public void OnOutput(object? value)
    {
        progress.Erase();
        results.Write(value);
        if (output.Interactive)
        {
            output.Flush();
        }
    }

    /// <inheritdoc/>
    public void OnError(ErrorRecord error)
    {
        HadErrors = true;
        Before();
        ErrorText.Write(this.error, error);
    }

    /// <inheritdoc/>
    public void OnWarning(string message) => Message("WARNING: ", message);

    /// <inheritdoc/>
    public void OnVerbose(string message) => Message("VERBOSE: ", message);

    /// <inheritdoc/>
    public void OnDebug(string message) => Message("DEBUG: ", message);

    /// <inheritdoc/>
    public void OnInformation(InformationRecord record)
    {
        Before();
        error.WriteLine(DisplayValue.Text(record.MessageData));
    }

    /// <inheritdoc/>
    public void OnProgress(ProgressRecord record) => progress.Show(record);

    /// <inheritdoc/>
    public void OnWhatIf(string message)
    {
        progress.Erase();
        // A line of text would break JSON and CSV for whoever reads them.
        (results is ViewWriter ? output : error).WriteLine(DisplayValue.Clean(message));
    }

    /// <inheritdoc/>
    public ConfirmationAnswer Confirm(string caption, string message, bool offerAll)
    {
        Before();
        return prompt.Ask(caption, message, offerAll);
    }

    /// <summary>Writes what was held back. Call once, also when the pipeline failed.</summary>
    public void Complete()
    {
        progress.Erase();
        results.Complete();
        error.Flush();
    }

    private void Message(string prefix, string message)
    {
        Before();
        error.WriteLine(error.Paint(Ansi.Warning, prefix + DisplayValue.Clean(message)));
    }

    // What was written before must be seen before, where both streams end in the same terminal.
    private void Before()
    {
        progress.Erase();
        output.Flush();
    }
}
