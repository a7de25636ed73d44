namespace CivicQ.Ops.Core.Operations;

/// <summary>Says nothing to nobody.</summary>
public sealed class NullReporter : IOperationReporter
{
    /// <summary>The one instance.</summary>
    public static readonly NullReporter Instance = new();

    private NullReporter()
    {
    }

    /// <inheritdoc/>
    public void Verbose(string message)
    {
    }

    /// <inheritdoc/>
    public void Debug(string message)
    {
    }

    /// <inheritdoc/>
    public void Warning(string message)
    {
    }

    /// <inheritdoc/>
    public void Progress(ProgressReport report)
    {
    }
}
