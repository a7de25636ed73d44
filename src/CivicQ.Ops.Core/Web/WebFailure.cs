using System.Net.Sockets;
using System.Security.Authentication;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Network;

namespace CivicQ.Ops.Core.Web;

/// <summary>Turns what HttpClient throws into errors of the catalogue.</summary>
internal static class WebFailure
{
    /// <summary>Makes the error.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="target">The address.</param>
    /// <param name="rejection">What was wrong with the server's certificate, if it was refused.</param>
    /// <returns>The exception to throw.</returns>
    public static OperationException Translate(Exception error, string target, string? rejection)
    {
        if (error is OperationException known)
        {
            return known;
        }

        var cause = NetworkFailure.Innermost(error);
        if (rejection is not null && Any(error, one => one is AuthenticationException))
        {
            return new OperationException(CertificateErrors.Invalid, $"{target}: the certificate is refused: {rejection}.", target, error);
        }

        if (cause is SocketException || Any(error, one => one is AuthenticationException))
        {
            var translated = NetworkFailure.Translate(error is HttpRequestException { InnerException: { } inner } ? inner : error, target);
            return new OperationException(translated.Definition, translated.Message, target, error);
        }

        var kind = (error as HttpRequestException)?.HttpRequestError ?? (error as HttpIOException)?.HttpRequestError ?? HttpRequestError.Unknown;
        return kind switch
        {
            // HTTP/2 breaks off one request with a frame, HTTP/1.1 the connection.
            HttpRequestError.ResponseEnded or HttpRequestError.HttpProtocolError when kind == HttpRequestError.ResponseEnded || IsReset(cause) => new OperationException(
                NetworkErrors.ConnectionClosed, $"{target}: the server hung up before the end of its answer.", target, error),
            HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.VersionNegotiationError => new OperationException(
                WebErrors.ProtocolInvalid, $"{target}: what came is not HTTP: {cause.Message.TrimEnd('.')}.", target, error),
            HttpRequestError.ConfigurationLimitExceeded => new OperationException(
                WebErrors.ProtocolInvalid, $"{target}: the head of the answer is larger than 64 KiB.", target, error),
            _ when cause is InvalidDataException => new OperationException(
                WebErrors.BodyInvalid, $"{target}: the body cannot be unpacked: {cause.Message.TrimEnd('.')}.", target, error),
            _ => new OperationException(WebErrors.Unreachable, $"{target}: {cause.Message.TrimEnd('.')}.", target, error),
        };
    }

    /// <summary>True where the server was not reached at all, so that its other addresses need no results of their own.</summary>
    public static bool IsOfTransport(OperationException error) =>
        error.Definition != WebErrors.StatusUnexpected && error.Definition != WebErrors.Redirected && error.Definition != WebErrors.BodyInvalid
        && error.Definition != WebErrors.BodyTooLarge && error.Definition != WebErrors.RedirectInvalid && error.Definition != MetricErrors.Invalid;

    // RFC 9113, 7: NO_ERROR, INTERNAL_ERROR, REFUSED_STREAM, CANCEL are the server's wish; the others a fault in what was sent.
    private static bool IsReset(Exception cause) => cause is HttpProtocolException { ErrorCode: 0 or 2 or 7 or 8 };

    private static bool Any(Exception? error, Func<Exception, bool> fits)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (fits(error))
            {
                return true;
            }
        }

        return false;
    }
}
