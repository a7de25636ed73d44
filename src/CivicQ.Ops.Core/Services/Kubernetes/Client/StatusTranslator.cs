using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Secrets;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes.Client;

/// <summary>Turns the API server's refusals into errors of the catalogue.</summary>
internal static partial class StatusTranslator
{
    private const int MaximumWords = 600;

    /// <summary>Makes the error.</summary>
    /// <param name="code">The answer's code.</param>
    /// <param name="body">Its body.</param>
    /// <param name="target">The server and the namespace.</param>
    /// <returns>The exception to throw.</returns>
    public static OperationException Of(HttpStatusCode code, string body, string target)
    {
        var status = Parse(body);
        return status is not null
            ? Of(status, (int)code, target)
            : new OperationException(
                Definition((int)code, null) ?? KubernetesErrors.ClusterAnswerUnexpected,
                FormattableString.Invariant($"{target}: HTTP {(int)code}: {Words(body.Length == 0 ? "no words" : body)}"), target);
    }

    /// <summary>Makes the error of a status object.</summary>
    /// <param name="status">The status.</param>
    /// <param name="code">The answer's code, where the status has none.</param>
    /// <param name="target">The server and the namespace.</param>
    /// <returns>The exception to throw.</returns>
    public static OperationException Of(JsonObject status, int code, string target)
    {
        code = (int)(status.Number("code") ?? code);
        var reason = status.Text("reason");
        var message = Words(status.Text("message") ?? reason ?? "no words");
        var definition = Definition(code, reason) ?? KubernetesErrors.ClusterAnswerUnexpected;
        if (definition == KubernetesErrors.ClusterForbidden && Refusal().Match(message) is { Success: true } refusal)
        {
            var subject = status.Text("details", "name") is { } name ? $" '{name}'" : "";
            var kind = refusal.Groups["resource"].Value + (refusal.Groups["group"].Value is { Length: > 0 } group ? $".{group}" : "");
            message = $"user '{refusal.Groups["user"].Value}' may not {refusal.Groups["verb"].Value} {kind}{subject}{refusal.Groups["rest"].Value}";
        }

        if (definition == KubernetesErrors.ClusterUnauthorized)
        {
            message = $"the server does not know who asks ({message}): the token or certificate is wrong or has expired";
        }

        return new OperationException(definition, $"{target}: {message.TrimEnd('.')}.", status.Text("details", "name") ?? target);
    }

    /// <summary>The status of a body; <see langword="null"/> when it is none.</summary>
    public static JsonObject? Parse(string body)
    {
        try
        {
            return JsonNode.Parse(body) is JsonObject status && status.Text("kind") == "Status" ? status : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ErrorDefinition? Definition(int code, string? reason) => (code, reason) switch
    {
        (_, "AlreadyExists") => KubernetesErrors.ObjectExists,
        (_, "Expired" or "Gone") => KubernetesErrors.Expired,
        (401, _) => KubernetesErrors.ClusterUnauthorized,
        (403, _) => KubernetesErrors.ClusterForbidden,
        (404, _) => KubernetesErrors.ObjectNotFound,
        (409, _) => KubernetesErrors.Conflict,
        (410, _) => KubernetesErrors.Expired,
        (400 or 405 or 413 or 415 or 422, _) => KubernetesErrors.RequestInvalid,
        (429, _) => KubernetesErrors.ClusterBusy,
        (504, _) => KubernetesErrors.ClusterTimedOut,
        ( >= 500, _) => KubernetesErrors.ClusterFailed,
        _ => null,
    };

    private static string Words(string text)
    {
        var masked = SecretMask.Text(text.Trim());
        return masked.Length > MaximumWords ? masked[..MaximumWords] + "…" : masked;
    }

    [GeneratedRegex("""User "(?<user>[^"]*)" cannot (?<verb>\S+) resource "(?<resource>[^"]*)"(?: in API group "(?<group>[^"]*)")?(?<rest>.*)""")]
    private static partial Regex Refusal();
}
