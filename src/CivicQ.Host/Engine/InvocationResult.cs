using System.Management.Automation;

namespace CivicQ.Host.Engine;

/// <summary>What an invocation wrote, stream by stream, and how it ended.</summary>
public sealed class InvocationResult
{
    internal InvocationResult(StreamCollector streams, PipelineOutcome outcome)
    {
        Output = streams.Output;
        Errors = streams.Errors;
        Warnings = streams.Warnings;
        Verbose = streams.Verbose;
        Debug = streams.Debug;
        Information = streams.Information;
        Progress = streams.Progress;
        WhatIf = streams.WhatIf;
        ExitCode = outcome.ExitCode;
        Terminated = outcome.Terminated;
        Stopped = outcome.Stopped;
    }

    /// <summary>The objects, in order.</summary>
    public IReadOnlyList<object?> Output { get; }

    /// <summary>The errors, the terminating one last.</summary>
    public IReadOnlyList<ErrorRecord> Errors { get; }

    /// <summary>The warnings.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The verbose messages.</summary>
    public IReadOnlyList<string> Verbose { get; }

    /// <summary>The debug messages.</summary>
    public IReadOnlyList<string> Debug { get; }

    /// <summary>The information records.</summary>
    public IReadOnlyList<InformationRecord> Information { get; }

    /// <summary>The progress records.</summary>
    public IReadOnlyList<ProgressRecord> Progress { get; }

    /// <summary>What <c>-WhatIf</c> said.</summary>
    public IReadOnlyList<string> WhatIf { get; }

    /// <summary>See <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; }

    /// <summary>Whether an error ended the pipeline.</summary>
    public bool Terminated { get; }

    /// <summary>Whether the caller stopped it.</summary>
    public bool Stopped { get; }

    /// <summary>The output's objects of one type.</summary>
    /// <typeparam name="T">The type.</typeparam>
    public IReadOnlyList<T> OutputOf<T>() => [.. Output.Select(item => item is PSObject { BaseObject: T inner } ? inner : item).OfType<T>()];
}
