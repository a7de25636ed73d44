namespace CivicQ.Host.Faults;

/// <summary>Nobody reads the output any more, as after <c>| head -1</c>. A sink that throws it stops the pipeline, without an error.</summary>
public sealed class OutputClosedException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="inner">What writing failed with.</param>
    public OutputClosedException(Exception inner)
        : base("Nobody reads the output any more.", inner)
    {
    }
}
