namespace CivicQ.Host.Parsing;

/// <summary>The command line cannot be read.</summary>
public sealed class CommandLineException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What is wrong, in PowerShell's words where it has them.</param>
    /// <param name="id">A stable id.</param>
    public CommandLineException(string message, string id)
        : base(message) => Id = id;

    /// <summary>A stable id, PowerShell's where it has one.</summary>
    public string Id { get; }
}
