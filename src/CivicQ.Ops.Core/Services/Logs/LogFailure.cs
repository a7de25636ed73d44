using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Services.Logs;

/// <summary>Tells failures that pass from those that stay.</summary>
internal static class LogFailure
{
    /// <summary>Whether the same call may succeed a little later: a cut connection, a server that restarts.</summary>
    public static bool IsPassing(Exception error) => error switch
    {
        OperationException { Definition.Kind: var kind } => kind is ErrorKind.ConnectionError or ErrorKind.OperationTimeout or ErrorKind.ResourceUnavailable
            or ErrorKind.ResourceBusy or ErrorKind.ProtocolError or ErrorKind.ReadError,
        _ => error is IOException or HttpRequestException,
    };

    /// <summary>Whether the instance has no log, or is no more.</summary>
    public static bool IsAbsent(Exception error) =>
        error is OperationException { Definition: var definition }
        && (definition == ServiceErrors.InstanceNotFound || definition == ServiceErrors.InstanceNotRunning || definition.Kind == ErrorKind.ObjectNotFound);

    /// <summary>The failure as one of the catalogue.</summary>
    public static OperationException Of(Exception error, string instance) =>
        error as OperationException ?? new OperationException(LogErrors.Interrupted, $"The log of '{instance}' could not be read to its end: {error.Message}", instance, error);
}
