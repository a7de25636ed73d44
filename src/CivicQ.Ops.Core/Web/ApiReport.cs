using System.Globalization;
using System.Text.Json;
using System.Text;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Network;

namespace CivicQ.Ops.Core.Web;

/// <summary>What a health address says of the API and of what it depends on.</summary>
/// <param name="Status">The worst of what it says.</param>
/// <param name="Detail">What it says, in one sentence.</param>
internal sealed record ApiReport(HealthStatus Status, string Detail)
{
    private const int LongestWord = 80;
    private static readonly HashSet<string> Good = new(StringComparer.OrdinalIgnoreCase)
    {
        "healthy", "ok", "up", "pass", "passing", "connected", "alive", "ready", "available", "online", "running", "true", "success", "green",
    };

    private static readonly HashSet<string> Half = new(StringComparer.OrdinalIgnoreCase) { "degraded", "warn", "warning", "partial", "yellow", "slow" };

    /// <summary>Reads the body of a health address.</summary>
    /// <param name="answer">The head of the answer.</param>
    /// <param name="body">The body.</param>
    /// <returns>The report.</returns>
    /// <exception cref="OperationException"><c>HttpBodyInvalid</c>: the body is no report.</exception>
    public static ApiReport Read(WebAnswer answer, byte[] body)
    {
        var target = AddressText.Of(answer.Address);
        if (body.Length == 0)
        {
            throw new OperationException(WebErrors.BodyInvalid, $"{target}: the answer is empty.", target);
        }

        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new OperationException(WebErrors.BodyInvalid, $"{target}: the answer is JSON, but no report.", target);
            }

            return Of(document.RootElement, target);
        }
        catch (JsonException error)
        {
            var type = answer.ContentType.Length > 0 ? answer.ContentType : "without a type";
            throw new OperationException(WebErrors.BodyInvalid, $"{target}: the answer is no JSON ({type}).", target, error);
        }
    }

    private static ApiReport Of(JsonElement root, string target)
    {
        if (!root.TryGetProperty("status", out var own))
        {
            throw new OperationException(WebErrors.BodyInvalid, $"{target}: the report says no status.", target);
        }

        var status = Verdict(Word(own));
        List<string> facts = [$"status {Word(own)}"];
        foreach (var property in root.EnumerateObject())
        {
            switch (property.Name)
            {
                case "status":
                    break;
                case "components" or "checks" or "services" when property.Value.ValueKind == JsonValueKind.Object:
                    foreach (var component in property.Value.EnumerateObject())
                    {
                        status = Add(facts, status, component.Name, component.Value);
                    }

                    break;
                case "database" or "db" or "redis" or "cache" or "celery" or "broker" or "storage":
                    status = Add(facts, status, property.Name, property.Value);
                    break;
                // The figures that the manual's health addresses give beside.
                case "version" or "workers" or "active_tasks" or "error" or "detail" or "message" or "response_time_ms":
                    facts.Add($"{property.Name} {Word(property.Value)}");
                    break;
                default:
                    break;
            }
        }

        return new ApiReport(status, "The API says: " + string.Join(", ", facts) + ".");
    }

    private static HealthStatus Add(List<string> facts, HealthStatus status, string name, JsonElement value)
    {
        var word = value.ValueKind == JsonValueKind.Object
            ? value.TryGetProperty("status", out var own) ? Word(own) : "unknown"
            : Word(value);
        facts.Add($"{name} {word}");
        var verdict = Verdict(word);
        return verdict > status ? verdict : status;
    }

    private static HealthStatus Verdict(string word) => Good.Contains(word) ? HealthStatus.Healthy
        : Half.Contains(word) ? HealthStatus.Degraded
        : word is "unknown" or "null" ? HealthStatus.Unknown
        : HealthStatus.Unhealthy;

    // What a server sends may be anything; only a short, printable piece of it is shown.
    private static string Word(JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString() ?? "",
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Null => "null",
            JsonValueKind.Number => value.GetRawText(),
            _ => value.ValueKind.ToString().ToLower(CultureInfo.InvariantCulture),
        };
        var result = new StringBuilder();
        foreach (var letter in text.Length > LongestWord ? text[..LongestWord] + "…" : text)
        {
            result.Append(char.IsControl(letter) ? ' ' : letter);
        }

        return result.ToString();
    }
}
