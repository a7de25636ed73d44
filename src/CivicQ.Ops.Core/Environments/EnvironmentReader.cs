using System.Text.Json;
using System.Text.RegularExpressions;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Json;
using CivicQ.Ops.Core.Naming;

namespace CivicQ.Ops.Core.Environments;

/// <summary>Reads <c>environments.json</c> strictly. What is wrong with one environment makes that one unusable, and no other.</summary>
public static partial class EnvironmentReader
{
    private const string NameRule = "letters, digits, '.', '_' and '-', beginning with a letter or digit";

    /// <summary>Reads a file's content.</summary>
    /// <param name="content">The bytes, UTF-8. Comments and trailing commas are allowed.</param>
    /// <param name="file">The file's path, for messages and as the environments' source.</param>
    /// <param name="thresholds">The names of the limits that an environment may override.</param>
    /// <returns>The environments that are right, and a complaint for everything that is not.</returns>
    public static EnvironmentListing Read(ReadOnlySpan<byte> content, string file, IReadOnlyCollection<string> thresholds) =>
        Read(content, file, thresholds, out _);

    /// <summary>The same, and the keys that the reader knows, by the path of their object.</summary>
    internal static EnvironmentListing Read(
        ReadOnlySpan<byte> content, string file, IReadOnlyCollection<string> thresholds, out IReadOnlyDictionary<string, SortedSet<string>> keys)
    {
        keys = new Dictionary<string, SortedSet<string>>();
        JsonText text;
        try
        {
            text = JsonText.Parse(content);
        }
        catch (JsonException error)
        {
            var (line, column) = ((int)(error.LineNumber ?? 0) + 1, (int)(error.BytePositionInLine ?? 0) + 1);
            return Broken($"This is not valid JSON: {Harmless(error.Message)}", file, line, column);
        }
        catch (InvalidOperationException)
        {
            return Broken("A text in this file is not valid UTF-8.", file, 0, 0);
        }

        var state = new ReadingState(text, file, thresholds);
        if (text.Root.Kind != JsonValueKind.Object)
        {
            var (line, column) = text.Position(text.Root.Start);
            return Broken("The file must hold an object { \"environments\": { … } }.", file, line, column);
        }

        var environments = ReadAll(text.Root, state, file);
        keys = state.Keys;
        return new EnvironmentListing(environments, state.Complaints);
    }

    private static List<CivicQEnvironment> ReadAll(JsonPart root, ReadingState state, string file)
    {
        string[] known = ["$schema", "environments"];
        foreach (var member in root.Members.Where(member => !known.Contains(member.Name, StringComparer.Ordinal)))
        {
            state.Complain(EnvironmentErrors.KeyUnknown, member.Start, $"There is no key '{member.Name}' here.{NearestName.Hint(member.Name, known)}");
        }

        var all = new List<JsonMember>();
        foreach (var member in root.Members.Where(member => string.Equals(member.Name, "environments", StringComparison.Ordinal)))
        {
            if (member.Value.Kind != JsonValueKind.Object)
            {
                state.Complain(EnvironmentErrors.FileInvalid, member.Value.Start, "'environments' must be an object { \"name\": { … } }.");
            }

            all.AddRange(member.Value.Members);
        }

        var result = new List<CivicQEnvironment>();
        foreach (var group in all.GroupBy(member => member.Name, StringComparer.OrdinalIgnoreCase))
        {
            var first = group.First();
            var before = state.Complaints.Count;
            state.Environment = first.Name;
            // Nobody can tell which of two definitions is meant, so neither is used.
            foreach (var again in group.Skip(1))
            {
                state.Complain(EnvironmentErrors.Duplicate, again.Start, $"The name is there already ({state.Place(first.Start)}); neither of the two is used.");
            }

            if (!ValidName().IsMatch(first.Name))
            {
                state.Complain(EnvironmentErrors.ValueInvalid, first.Start, $"A name is made of {NameRule}.");
            }

            var reader = new ObjectReader(first.Value, "", state);
            var environment = ReadOne(reader, state) with { Name = first.Name, Source = file };
            reader.Finish();
            if (state.Complaints.Count == before)
            {
                result.Add(environment);
            }
        }

        state.Environment = null;
        return result;
    }

    private static CivicQEnvironment ReadOne(ObjectReader reader, ReadingState state)
    {
        var unset = new CivicQEnvironment { Name = "" };
        return unset with
        {
            Description = reader.Text("description"),
            Api = reader.Part("api", PartReaders.Api),
            Site = reader.Part("site", PartReaders.Site),
            Services = reader.Part("services", PartReaders.Services),
            Database = reader.Part("database", PartReaders.Database),
            Cache = reader.Part("cache", PartReaders.Redis),
            Queue = reader.Part("queue", PartReaders.Queue),
            Certificates = reader.Part("certificates", PartReaders.Certificates),
            Storage = reader.Part("storage", PartReaders.Storage),
            Backups = reader.Part("backups", PartReaders.Backups),
            Logs = reader.Part("logs", PartReaders.Logs),
            Tls = reader.Part("tls", PartReaders.Tls) ?? unset.Tls,
            LocalHost = reader.Flag("localHost") ?? unset.LocalHost,
            Thresholds = Thresholds(reader, state),
            TimeoutSeconds = reader.Number("timeoutSeconds", 0.1, 3600, "a number of seconds from 0.1 to 3600") ?? unset.TimeoutSeconds,
            MaintenanceWindow = reader.Part("maintenanceWindow", PartReaders.Window),
        };
    }

    private static Dictionary<string, ThresholdOverride> Thresholds(ObjectReader reader, ReadingState state)
    {
        var result = new Dictionary<string, ThresholdOverride>(StringComparer.OrdinalIgnoreCase);
        reader.Each("thresholds", (name, offset, part) =>
        {
            if (!state.Thresholds.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                state.Complain(EnvironmentErrors.ThresholdUnknown, offset, $"There is no threshold '{name}'.{NearestName.Hint(name, state.Thresholds)}");
            }

            if (!result.TryAdd(name, new ThresholdOverride(part.Number("degraded"), part.Number("unhealthy"))))
            {
                state.Complain(EnvironmentErrors.ValueInvalid, offset, $"The threshold '{name}' is there twice.");
            }
        });
        return result;
    }

    private static EnvironmentListing Broken(string reason, string file, int line, int column) =>
        new([], [new EnvironmentComplaint(EnvironmentErrors.FileInvalid, reason, file, line, column, null)]);

    // The parser's message ends in its own count of lines, and quotes what it met: a word of it could be a secret without its quotes.
    private static string Harmless(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return QuotedWord().Replace(end > 0 ? message[..end] : message, "this");
    }

    [GeneratedRegex("'[^']{2,}'")]
    private static partial Regex QuotedWord();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]*\z")]
    private static partial Regex ValidName();
}
