using System.Management.Automation;
using CivicQ.Host.Engine;

namespace CivicQ.Host.Tests.Engine;

/// <summary>Each line of lines.txt gives here what it gave in PowerShell (expected.txt, made by record.ps1).</summary>
public sealed class SameAsPowerShellTests
{
    public static TheoryData<string, string> Lines()
    {
        var data = new TheoryData<string, string>();
        string? line = null;
        var expected = new List<string>();
        foreach (var text in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Engine", "expected.txt")).Append("> "))
        {
            if (!text.StartsWith("> ", StringComparison.Ordinal))
            {
                expected.Add(text.Trim());
                continue;
            }

            if (line is not null)
            {
                data.Add(line, string.Join('\n', expected));
            }

            line = text[2..];
            expected.Clear();
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_gives_what_PowerShell_gives(string line, string expected)
    {
        using var session = Fixture.Open();
        var sink = new OrderedSink();
        session.Invoke(line, sink: sink);
        Assert.Equal(expected, string.Join('\n', sink.Written));
    }

    private sealed class OrderedSink : IHostSink
    {
        public List<string> Written { get; } = [];

        public void OnOutput(object? value) => Add(value is object[] or int[]
            ? "[" + string.Join(',', ((Array)value).Cast<object>()) + "]"
            : LanguagePrimitives.ConvertTo<string>(value));

        public void OnError(ErrorRecord error) => Add($"!{error.FullyQualifiedErrorId} [{error.CategoryInfo.Category}] {error}");

        public void OnWarning(string message)
        {
        }

        public void OnVerbose(string message)
        {
        }

        public void OnDebug(string message)
        {
        }

        public void OnInformation(InformationRecord record)
        {
        }

        public void OnProgress(ProgressRecord record)
        {
        }

        public void OnWhatIf(string message)
        {
        }

        public ConfirmationAnswer Confirm(string caption, string message, bool offerAll) => ConfirmationAnswer.Unavailable;

        private void Add(string? text) => Written.Add((text ?? string.Empty).Replace("\r", string.Empty, StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Trim());
    }
}
