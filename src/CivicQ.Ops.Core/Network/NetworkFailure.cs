using System.Net.Sockets;
using System.Security.Authentication;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Network;

/// <summary>Turns what sockets and streams throw into errors of the catalogue.</summary>
internal static class NetworkFailure
{
    /// <summary>Makes the error.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="target">What it happened to, for the message.</param>
    /// <returns>The exception to throw; one of the catalogue is given back as it is.</returns>
    public static OperationException Translate(Exception error, string target)
    {
        if (error is OperationException known)
        {
            return known;
        }

        var cause = Innermost(error);
        var definition = cause switch
        {
            SocketException socket => OfSocket(socket.SocketErrorCode),
            AuthenticationException => NetworkErrors.TlsHandshakeFailed,
            EndOfStreamException => NetworkErrors.ConnectionClosed,
            // OpenSSL's own exceptions have no public type.
            _ when error is AuthenticationException => NetworkErrors.TlsHandshakeFailed,
            _ => NetworkErrors.ConnectionClosed,
        };
        return new OperationException(definition, $"{target}: {Sentence(cause.Message)}", target, error);
    }

    /// <summary>The time allowed was over.</summary>
    /// <param name="target">What it happened to.</param>
    /// <param name="waitedFor">What did not come.</param>
    /// <param name="timeout">The time allowed.</param>
    /// <returns>The exception to throw.</returns>
    public static OperationException TimedOut(string target, string waitedFor, TimeSpan timeout) =>
        new(NetworkErrors.TimedOut, FormattableString.Invariant($"{target}: no {waitedFor} within {timeout.TotalSeconds:0.###} s."), target);

    /// <summary>The exception at the bottom.</summary>
    public static Exception Innermost(Exception error)
    {
        while (error.InnerException is { } inner)
        {
            error = inner;
        }

        return error;
    }

    private static ErrorDefinition OfSocket(SocketError code) => code switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => NetworkErrors.DnsFailed,
        SocketError.ConnectionRefused => NetworkErrors.ConnectionRefused,
        SocketError.TimedOut => NetworkErrors.TimedOut,
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => NetworkErrors.ConnectionClosed,
        _ => NetworkErrors.Unreachable,
    };

    private static string Sentence(string message) => message.TrimEnd().EndsWith('.') ? message.TrimEnd() : message.TrimEnd() + ".";
}
