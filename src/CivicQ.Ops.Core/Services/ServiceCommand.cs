namespace CivicQ.Ops.Core.Services;

/// <summary>A program to run within an instance. No shell is in between.</summary>
public sealed record ServiceCommand
{
    /// <summary>The program and its arguments.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The container, where an instance has several; its main one without it.</summary>
    public string? Container { get; init; }

    /// <summary>What the program reads from its standard input; it is closed at once without it.</summary>
    public Stream? Input { get; init; }

    /// <summary>
    /// True where an output that is cut must not be taken for a whole one: the program is known to end with its output, so that one which goes on
    /// after the connection ended has been cut off.
    /// </summary>
    public bool EndsWithOutput { get; init; }

    /// <summary>Gets each piece of the standard output as it comes.</summary>
    public required Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> Output { get; init; }

    /// <summary>Gets each piece of the standard error as it comes.</summary>
    public required Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> Error { get; init; }
}
