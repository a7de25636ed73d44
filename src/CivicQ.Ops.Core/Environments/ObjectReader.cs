using System.Text.Json;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Json;
using CivicQ.Ops.Core.Naming;
using CivicQ.Ops.Core.Secrets;

namespace CivicQ.Ops.Core.Environments;

/// <summary>
/// Reads the keys of one JSON object and complains about every one that is not as it must be. A key that was never asked for is
/// unknown; <see cref="Finish"/> says so. Values are not repeated in messages: a secret may stand where none belongs.
/// </summary>
internal sealed class ObjectReader
{
    private readonly JsonPart part;
    private readonly string path;
    private readonly ReadingState state;
    private readonly SortedSet<string> keys;
    private readonly Dictionary<string, JsonPart> values = new(StringComparer.Ordinal);

    /// <summary>Starts on an object; a value that is none counts as empty and is complained about.</summary>
    /// <param name="part">The object.</param>
    /// <param name="path">Its keys from the environment down, joined by dots; empty for the environment itself.</param>
    /// <param name="state">The file's state.</param>
    public ObjectReader(JsonPart part, string path, ReadingState state)
    {
        (this.part, this.path, this.state) = (part, path, state);
        if (!state.Keys.TryGetValue(path, out var known))
        {
            state.Keys.Add(path, known = new SortedSet<string>(StringComparer.Ordinal));
        }

        keys = known;
        if (part.Kind != JsonValueKind.Object)
        {
            state.Complain(EnvironmentErrors.ValueInvalid, part.Start, $"'{(path.Length > 0 ? path : "the environment")}' must be an object {{ … }}.");
        }

        foreach (var member in part.Members.Where(member => !values.TryAdd(member.Name, member.Value)))
        {
            state.Complain(EnvironmentErrors.ValueInvalid, member.Start, $"'{Full(member.Name)}' is there twice.");
        }
    }

    /// <summary>A text of at least one character.</summary>
    public string? Text(string key)
    {
        var value = Get(key);
        return value is null ? null : value is { Kind: JsonValueKind.String, Text.Length: > 0 } ? value.Text : Wrong<string>(value, key, "a text");
    }

    /// <summary>The path of a file; a relative one starts from the folder of <c>environments.json</c>.</summary>
    public string? FilePath(string key) => Text(key) is { } path ? state.FullPath(path) : null;

    /// <summary>Paths of files, as <see cref="FilePath"/>.</summary>
    public IReadOnlyList<string>? FilePaths(string key) => Texts(key)?.Select(state.FullPath).ToList();

    /// <summary>The full path of one that was found in another value.</summary>
    public string FullPath(string path) => state.FullPath(path);

    /// <summary>One of several texts.</summary>
    public string? Choice(string key, params IReadOnlyCollection<string> allowed) =>
        Text(key) is not { } text ? null
        : allowed.Contains(text, StringComparer.Ordinal) ? text
        : Wrong<string>(Get(key)!, key, $"one of {string.Join(", ", allowed)}");

    /// <summary>True or false.</summary>
    public bool? Flag(string key)
    {
        var value = Get(key);
        return value?.Kind switch
        {
            null => null,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => WrongValue<bool>(value, key, "true or false"),
        };
    }

    /// <summary>A number.</summary>
    public double? Number(string key, double least = double.MinValue, double most = double.MaxValue, string expected = "a number")
    {
        var value = Get(key);
        return value is null ? null
            : value.Kind == JsonValueKind.Number && value.Number >= least && value.Number <= most ? value.Number
            : WrongValue<double>(value, key, expected);
    }

    /// <summary>A whole number.</summary>
    public int? Whole(string key, int least, int most)
    {
        var expected = $"a whole number from {least} to {most}";
        var number = Number(key, least, most, expected);
        return number is { } n && n != Math.Floor(n) ? WrongValue<int>(Get(key)!, key, expected) : (int?)number;
    }

    /// <summary>An <c>http</c> or <c>https</c> address without a password in it.</summary>
    public Uri? Address(string key, bool required = false)
    {
        var value = Get(key);
        if (value is null)
        {
            if (required)
            {
                state.Complain(EnvironmentErrors.ValueMissing, part.Start, $"'{Full(key)}' is missing.");
            }

            return null;
        }

        if (!Uri.TryCreate(value.Text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
        {
            return Wrong<Uri>(value, key, "an address like https://civicq.example.com");
        }

        if (uri.UserInfo.Length == 0 && !SecretMask.IsSecret(uri.Query))
        {
            return uri;
        }

        state.Complain(EnvironmentErrors.SecretInTheClear, value.Start, $"'{Full(key)}' has a user, password or token in its address; take it out.");
        return null;
    }

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string>? Texts(string key)
    {
        var value = Get(key);
        return value is null ? null
            : value.Kind == JsonValueKind.Array && value.Items.TrueForAll(item => item is { Kind: JsonValueKind.String, Text.Length: > 0 })
                ? [.. value.Items.Select(item => item.Text)]
                : Wrong<IReadOnlyList<string>>(value, key, "a list of texts [\"…\", \"…\"]");
    }

    /// <summary>A reference to a secret; anything else is a secret in the clear.</summary>
    public SecretReference? Secret(string key)
    {
        var value = Get(key);
        var reference = value is null ? null : Reference(value);
        if (value is not null && reference is null)
        {
            InTheClear(key);
        }

        return reference;
    }

    /// <summary>Either a reference to a whole address, or the address itself where it has no password.</summary>
    public (SecretReference? Reference, Uri? Plain) SecretAddress(string key, string example, params IReadOnlyCollection<string> schemes) =>
        SecretAddress<Uri>(key, example, text =>
            Uri.TryCreate(text, UriKind.Absolute, out var uri) && text.Contains("://", StringComparison.Ordinal) && schemes.Contains(uri.Scheme.Split('+')[0], StringComparer.Ordinal)
                ? (uri, uri.UserInfo.Contains(':', StringComparison.Ordinal) || uri.Query.Contains("password", StringComparison.OrdinalIgnoreCase))
                : (null, false));

    /// <summary>As the other, for addresses that have a form of their own.</summary>
    public (SecretReference? Reference, T? Plain) SecretAddress<T>(string key, string example, Func<string, (T? Plain, bool HasSecret)> read)
        where T : class
    {
        var value = Get(key);
        var reference = value is null ? null : Reference(value);
        if (value is null || reference is not null)
        {
            return (reference, null);
        }

        var (plain, hasSecret) = read(value.Text);
        if (plain is null || hasSecret)
        {
            // What is no address may well be one with a typing error and a password.
            if (plain is null && !value.Text.Contains('@', StringComparison.Ordinal))
            {
                return (Wrong<SecretReference>(value, key, $"a reference (env:NAME, file:PATH, secret:VAULT/NAME), or an address without a password like {example}"), null);
            }

            InTheClear(key);
            return (null, null);
        }

        return (null, plain);
    }

    /// <summary>An object below this one.</summary>
    public T? Part<T>(string key, Func<ObjectReader, T?> read)
        where T : class
    {
        var value = Get(key);
        if (value is null)
        {
            return null;
        }

        var reader = new ObjectReader(value, Full(key), state);
        var result = read(reader);
        reader.Finish();
        return value.Kind == JsonValueKind.Object ? result : null;
    }

    /// <summary>An object whose keys are names of the user's: every member with a reader of its own.</summary>
    public void Each(string key, Action<string, int, ObjectReader> read)
    {
        var value = Get(key);
        if (value is not null && value.Kind != JsonValueKind.Object)
        {
            Wrong<string>(value, key, "an object { … }");
        }

        foreach (var member in value?.Members ?? [])
        {
            var reader = new ObjectReader(member.Value, Full(key) + ".*", state);
            read(member.Name, member.Start, reader);
            reader.Finish();
        }
    }

    /// <summary>An object whose keys are names of the user's, each with a text.</summary>
    public IReadOnlyDictionary<string, string>? TextMap(string key)
    {
        var value = Get(key);
        if (value is null)
        {
            return null;
        }

        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        return value.Kind == JsonValueKind.Object
            && value.Members.All(member => member.Value is { Kind: JsonValueKind.String, Text.Length: > 0 } && result.TryAdd(member.Name, member.Value.Text))
            ? result
            : Wrong<IReadOnlyDictionary<string, string>>(value, key, "an object of texts { \"…\": \"…\" }, each key once");
    }

    /// <summary>Complains unless one of the keys is there, and only one.</summary>
    public void ExactlyOne(params IReadOnlyCollection<string> alternatives)
    {
        if (alternatives.Count(key => Get(key) is not null) != 1)
        {
            state.Complain(EnvironmentErrors.ValueInvalid, part.Start, $"'{path}' must have exactly one of {string.Join(" and ", alternatives)}.");
        }
    }

    /// <summary>A text that must be there.</summary>
    public string? Required(string key)
    {
        if (Get(key) is null)
        {
            state.Complain(EnvironmentErrors.ValueMissing, part.Start, $"'{Full(key)}' is missing.");
        }

        return Text(key);
    }

    /// <summary>Complains that a value is not what it must be.</summary>
    public void Invalid(string key, string expected) => Wrong<string>(Get(key)!, key, expected);

    /// <summary>Complains about every key that was not asked for.</summary>
    public void Finish()
    {
        foreach (var member in part.Members.Where(member => !keys.Contains(member.Name)))
        {
            state.Complain(EnvironmentErrors.KeyUnknown, member.Start, $"There is no key '{Full(member.Name)}'.{NearestName.Hint(member.Name, keys)}");
        }
    }

    private JsonPart? Get(string key)
    {
        keys.Add(key);
        return values.GetValueOrDefault(key) is { Kind: not JsonValueKind.Null } value ? value : null;
    }

    private SecretReference? Reference(JsonPart value) =>
        value.Kind == JsonValueKind.String && SecretReference.TryParse(value.Text, out var reference)
            ? reference! with
            {
                WrittenAt = state.Place(value.Start),
                Location = reference.Scheme == SecretScheme.File ? state.FullPath(reference.Location) : reference.Location,
            }
            : null;

    private void InTheClear(string key) => state.Complain(
        EnvironmentErrors.SecretInTheClear, Get(key)!.Start, $"'{Full(key)}' must be a reference (env:NAME, file:PATH or secret:VAULT/NAME), never the secret itself.");

    private T? Wrong<T>(JsonPart value, string key, string expected)
        where T : class
    {
        state.Complain(EnvironmentErrors.ValueInvalid, value.Start, $"'{Full(key)}' must be {expected}.");
        return null;
    }

    private T? WrongValue<T>(JsonPart value, string key, string expected)
        where T : struct
    {
        Wrong<string>(value, key, expected);
        return null;
    }

    private string Full(string key) => path.Length == 0 ? key : $"{path}.{key}";
}
