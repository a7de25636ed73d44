using System.Globalization;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Formatting;

/// <content>Services. PowerShell passes a text that is null as an empty one.</content>
public static partial class Display
{
    /// <summary>How a service is, in colour.</summary>
    /// <param name="status">The status.</param>
    /// <returns>The text.</returns>
    public static string Service(ServiceStatus status) => status switch
    {
        ServiceStatus.Ready => "\u001b[32mReady\u001b[0m",
        ServiceStatus.Down => "\u001b[31;1mDown\u001b[0m",
        ServiceStatus.Stopped => "Stopped",
        _ => $"\u001b[33m{status}\u001b[0m",
    };

    /// <summary>How bad an event is, in colour.</summary>
    /// <param name="level">The level.</param>
    /// <returns>The text.</returns>
    public static string EventLevel(ServiceEventLevel level) => level == ServiceEventLevel.Warning ? "\u001b[33mWarning\u001b[0m" : level.ToString();

    /// <summary>How a change ended, in colour.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>The text.</returns>
    public static string Changed(ServiceChangeOutcome outcome) => outcome switch
    {
        ServiceChangeOutcome.Done => "\u001b[32mDone\u001b[0m",
        ServiceChangeOutcome.Failed or ServiceChangeOutcome.BackedOut => $"\u001b[31;1m{outcome}\u001b[0m",
        _ => outcome.ToString(),
    };

    /// <summary>How many of how many are ready: <c>2/3</c>.</summary>
    /// <param name="ready">Ready ones.</param>
    /// <param name="desired">Wanted ones.</param>
    /// <returns>The text; empty where nobody knows.</returns>
    public static string ReadyOf(int? ready, int? desired) => ready is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{ready}/{desired}");

    /// <summary>Why it is not ready, else its images.</summary>
    /// <param name="reason">Why it is not ready.</param>
    /// <param name="images">The images.</param>
    /// <returns>The text.</returns>
    public static string ServiceDetail(string? reason, IReadOnlyList<string>? images) => string.IsNullOrEmpty(reason) ? List(images) : reason;

    /// <summary>Processor cores to a thousandth.</summary>
    /// <param name="cores">The cores.</param>
    /// <returns>The text; empty where there is no number.</returns>
    public static string Cores(double? cores) => cores is { } number ? number.ToString("0.###", CultureInfo.InvariantCulture) : "";

    /// <summary>A star for the present revision.</summary>
    /// <param name="isCurrent">Whether it is the present one.</param>
    /// <returns>The text.</returns>
    public static string Current(bool isCurrent) => isCurrent ? "*" : "";

    /// <summary>What a revision is: why it was made, from which commit, and what it has different.</summary>
    /// <param name="cause">Why it was made.</param>
    /// <param name="git">The commit.</param>
    /// <param name="changes">What is different from the revision before.</param>
    /// <param name="images">Its images, for one that has nothing different.</param>
    /// <returns>The text.</returns>
    public static string RevisionDetail(string? cause, string? git, IReadOnlyList<ServiceDifference>? changes, IReadOnlyList<string>? images) =>
        string.Join("; ", new[] { cause, string.IsNullOrEmpty(git) ? null : $"commit {(git.Length > 12 ? git[..12] : git)}", changes is { Count: > 0 } ? string.Join("; ", changes) : List(images) }.Where(text => !string.IsNullOrEmpty(text)));

    /// <summary>What a change did: the reason why it is not done, else the revisions and what is different.</summary>
    /// <param name="reason">Why it is not done.</param>
    /// <param name="from">The revision before.</param>
    /// <param name="to">The revision gone to.</param>
    /// <param name="changes">What is different.</param>
    /// <returns>The text.</returns>
    public static string ChangeDetail(string? reason, long? from, long? to, IReadOnlyList<ServiceDifference>? changes)
    {
        var revisions = to is null ? null : string.Create(CultureInfo.InvariantCulture, $"revision {from} -> {to}");
        return !string.IsNullOrEmpty(reason) ? reason : string.Join("; ", new[] { revisions, changes is { Count: > 0 } ? string.Join("; ", changes) : null }.Where(text => text is not null));
    }

    /// <summary>What a program wrote: its output, then its errors.</summary>
    /// <param name="output">Lines of its standard output.</param>
    /// <param name="error">Lines of its standard error.</param>
    /// <returns>The text.</returns>
    public static string CommandOutput(IReadOnlyList<string>? output, IReadOnlyList<string>? error) => string.Join('\n', (output ?? []).Concat(error ?? []));
}
