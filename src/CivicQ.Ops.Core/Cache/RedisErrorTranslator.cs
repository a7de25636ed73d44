using CivicQ.Ops.Core.Errors;
using StackExchange.Redis;

namespace CivicQ.Ops.Core.Cache;

/// <summary>Turns Redis' error replies, and what StackExchange.Redis throws, into errors of the catalogue.</summary>
internal static class RedisErrorTranslator
{
    private static readonly (string Prefix, ErrorDefinition Definition)[] Replies =
    [
        ("NOAUTH", CacheErrors.AuthenticationFailed),
        ("WRONGPASS", CacheErrors.AuthenticationFailed),
        ("ERR invalid password", CacheErrors.AuthenticationFailed),
        ("NOPERM", CacheErrors.PermissionDenied),
        ("LOADING", CacheErrors.Loading),
        ("READONLY", CacheErrors.ReadOnly),
        ("OOM", CacheErrors.OutOfMemory),
        ("MISCONF", CacheErrors.PersistenceFailed),
        ("BUSY", CacheErrors.Timeout),
    ];

    /// <summary>The catalogue's entry for the server's words.</summary>
    public static ErrorDefinition Definition(string words) =>
        Replies.FirstOrDefault(reply => words.StartsWith(reply.Prefix, StringComparison.Ordinal)).Definition ?? CacheErrors.CommandFailed;

    /// <summary>The error of a command.</summary>
    public static OperationException Command(Exception error, RedisAddress address) => error is RedisServerException
        ? new OperationException(Definition(error.Message), $"{address}: {error.Message}", address.ToString(), error)
        : new OperationException(CacheErrors.Unreachable, $"{address}: the connection was lost.", address.ToString(), error);
}
