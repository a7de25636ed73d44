namespace CivicQ.Host.Engine;

/// <summary>What <c>civicq</c> ends with.</summary>
public static class ExitCodes
{
    /// <summary>No error was written.</summary>
    public const int Success = 0;

    /// <summary>An error was written.</summary>
    public const int Error = 1;

    /// <summary>The command line is wrong: an unknown command, a parameter that does not bind. Nothing ran.</summary>
    public const int Usage = 2;

    /// <summary>The pipeline was stopped (Ctrl+C), by the shells' custom 128 + SIGINT.</summary>
    public const int Stopped = 130;

    /// <summary>Nobody read the output any more: what a shell reports for 128 + SIGPIPE, as of other tools.</summary>
    public const int OutputClosed = 141;

    /// <summary>The pipeline was stopped by SIGTERM: 128 + SIGTERM.</summary>
    public const int Terminated = 143;
}
