using System.Net.Sockets;
using CivicQ.Ops.Core.Errors;
using StackExchange.Redis;

namespace CivicQ.Ops.Core.Cache;

/// <summary>Turns what StackExchange.Redis throws into errors of the catalogue.</summary>
internal static class RedisErrorTranslator
{
    private static readonly (string Prefix, ErrorDefinition Definition)[] Replies =
    [
        ("NOAUTH", CacheErrors.AuthenticationFailed),
        ("WRONGPASS", CacheErrors.AuthenticationFailed),
        ("NOPERM", CacheErrors.PermissionDenied),
        ("LOADING", CacheErrors.Loading),
        ("READONLY", CacheErrors.ReadOnly),
        ("OOM", CacheErrors.OutOfMemory),
        ("MISCONF", CacheErrors.PersistenceFailed),
        ("BUSY", CacheErrors.Timeout),
    ];

    /// <summary>The error of an attempt to connect. The library says what happened in the message alone, after a general sentence.</summary>
    public static OperationException Connecting(Exception error, RedisAddress address, string? certificateFault)
    {
        if (certificateFault is not null)
        {
            return new OperationException(CacheErrors.CertificateRejected, $"{address}: {certificateFault}", address.ToString(), error);
        }

        var text = error.Message;
        bool Says(string word) => text.Contains(word, StringComparison.Ordinal);
        var (definition, sentence) = true switch
        {
            _ when Says("LOADING") || Says("Loading on") => (CacheErrors.Loading, "Redis is loading its data from disk."),
            _ when Says("AuthenticationFailure") || Says("NOAUTH") || Says("WRONGPASS") => (
                CacheErrors.AuthenticationFailed,
                address.Password is null ? "Redis wants a password, and the environment names none." : "Redis refused the password."),
            _ when Says("SocketFailure") || Says("SocketClosed") => (
                CacheErrors.Unreachable,
                address.Tls ? "the connection broke while TLS was negotiated; does this port speak TLS?" : "the server closed the connection; does this port speak TLS, or something else than Redis?"),
            _ when Says("ProtocolFailure") => (CacheErrors.Unreachable, "what answers there does not speak Redis' protocol."),
            _ => (CacheErrors.Timeout, "the server took the connection and did not answer in time."),
        };
        return new OperationException(definition, $"{address}: {sentence}", address.ToString(), error);
    }

    /// <summary>The error of a socket that could not be opened.</summary>
    public static OperationException Connecting(SocketException error, RedisAddress address) =>
        new(CacheErrors.Unreachable, $"{address}: {error.Message}", address.ToString(), error);

    /// <summary>The error of a command.</summary>
    public static OperationException Command(Exception error, RedisAddress address)
    {
        if (error is RedisServerException)
        {
            var definition = Replies.FirstOrDefault(reply => error.Message.StartsWith(reply.Prefix, StringComparison.Ordinal)).Definition ?? CacheErrors.CommandFailed;
            return new OperationException(definition, $"{address}: {error.Message}", address.ToString(), error);
        }

        return new OperationException(CacheErrors.Unreachable, $"{address}: the connection was lost.", address.ToString(), error);
    }
}
