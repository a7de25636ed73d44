using System.Globalization;

namespace CivicQ.Ops.Core.Environments;

/// <summary>
/// A <c>postgresql://</c> address in every form that libpq and SQLAlchemy take: several hosts, none, folders of sockets, and a query that overrides what stands before it.
/// </summary>
internal sealed class PostgresUrl
{
    private const int StandardPort = 5432;
    private readonly Dictionary<string, string> query = new(StringComparer.OrdinalIgnoreCase);

    private PostgresUrl()
    {
    }

    /// <summary>The servers, in the order in which they are to be tried; one without a name is this machine's own.</summary>
    public IReadOnlyList<DatabaseHost> Hosts { get; private set; } = [];

    /// <summary>True where a host is named.</summary>
    public bool NamesHost { get; private set; }

    /// <summary>True where a port is named.</summary>
    public bool NamesPort { get; private set; }

    /// <summary>The database; <see langword="null"/> where none is named.</summary>
    public string? Database { get; private set; }

    /// <summary>The role.</summary>
    public string? User { get; private set; }

    /// <summary>Its password.</summary>
    public string? Password { get; private set; }

    /// <summary>True where the address has something secret.</summary>
    public bool HasSecret => Password is not null || query.Keys.Any(key => key.Contains("password", StringComparison.OrdinalIgnoreCase));

    /// <summary>libpq's sslmode.</summary>
    public string? SslMode => Get("sslmode") ?? Get("ssl");

    /// <summary>The file of the authority.</summary>
    public string? RootCertificate => Get("sslrootcert");

    /// <summary>The client's certificate.</summary>
    public string? Certificate => Get("sslcert");

    /// <summary>Its key.</summary>
    public string? Key => Get("sslkey");

    /// <summary>Settings of the session; a plus is a space, as SQLAlchemy reads it.</summary>
    public string? Options => Get("options")?.Replace('+', ' ');

    /// <summary>Which of several servers is meant; <see langword="null"/>: whichever answers first.</summary>
    public string? Target => Get("target_session_attrs") is { } target && target != "any" ? target : null;

    /// <summary>Takes an address apart.</summary>
    /// <param name="text">The address.</param>
    /// <returns>Its parts.</returns>
    /// <exception cref="FormatException">It is none; the message repeats nothing of it but names of parameters.</exception>
    public static PostgresUrl Parse(string text)
    {
        var at = text.IndexOf("://", StringComparison.Ordinal);
        // SQLAlchemy's addresses name the driver too: postgresql+asyncpg://…
        if (at < 0 || text[..at].Split('+')[0].ToLowerInvariant() is not ("postgresql" or "postgres"))
        {
            throw new FormatException("is not a postgresql:// address");
        }

        var rest = text[(at + 3)..];
        var end = rest.IndexOfAny(['/', '?']);
        var (authority, after) = end < 0 ? (rest, "") : (rest[..end], rest[end..]);
        var (path, parameters) = after.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? (after[..mark], after[(mark + 1)..]) : (after, "");
        var result = new PostgresUrl();
        var hosts = result.ReadQuery(parameters);
        var user = authority.LastIndexOf('@') is >= 0 and var sign ? authority[..sign].Split(':', 2) : [];
        result.User = result.Get("user") ?? Unescaped(user.FirstOrDefault());
        result.Password = result.Get("password") ?? (user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null);
        result.Database = result.Get("dbname") ?? result.Get("database") ?? Unescaped(path.TrimStart('/'));
        result.Hosts = result.ReadHosts(authority[(authority.LastIndexOf('@') + 1)..], hosts);
        return result;
    }

    private static string? Unescaped(string? text) => text is { Length: > 0 } ? Uri.UnescapeDataString(text) : null;

    private static int Port(string text) => text.Length == 0 ? StandardPort
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535 ? port
        : throw new FormatException("names a port that is none");

    // h, h:1, [::1], [::1]:1, /folder, and with a percent sign for each slash.
    private static (string Name, string? Port) Split(string text)
    {
        var name = Uri.UnescapeDataString(text);
        if (name.StartsWith('/'))
        {
            return (name, null);
        }

        if (name.StartsWith('['))
        {
            var close = name.IndexOf(']', StringComparison.Ordinal);
            return close < 0 ? throw new FormatException("names a host that is none")
                : (name[1..close], name[(close + 1)..] is { Length: > 1 } port ? port[0] == ':' ? port[1..] : throw new FormatException("names a host that is none") : null);
        }

        // More than one colon is an IPv6 address without brackets, as parameters have it.
        return name.Count(one => one == ':') == 1 && name.Split(':') is [var host, var number] ? (host, number) : (name, null);
    }

    private string? Get(string name) => query.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    // Of what is said twice the last counts, but for SQLAlchemy's list of hosts.
    private List<string> ReadQuery(string text)
    {
        List<string> hosts = [];
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)))
        {
            var value = Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? "");
            query[Uri.UnescapeDataString(pair[0])] = value;
            if (pair[0] == "host")
            {
                hosts.Add(value);
            }
        }

        if (Get("service") is not null || Get("servicefile") is not null)
        {
            throw new FormatException("names a service, which is not looked up: name host, port and database");
        }

        if (Target is not (null or "read-write" or "read-only" or "primary" or "standby" or "prefer-standby"))
        {
            throw new FormatException("has a target_session_attrs that is not one of libpq's");
        }

        return hosts;
    }

    private List<DatabaseHost> ReadHosts(string authority, List<string> repeated)
    {
        var host = repeated.Count > 1 && query["host"] == repeated[^1] ? string.Join(',', repeated) : Get("host");
        if (Get("hostaddr") is { } address)
        {
            if (host is not null && SslMode == "verify-full")
            {
                throw new FormatException("has both host and hostaddr, and a certificate of which the name is to be checked: leave out hostaddr");
            }

            host = address;
        }

        // None at all is one too.
        var names = (host ?? authority).Split(',').Select(Split).ToList();
        var ports = Get("port")?.Split(',') ?? [];
        if (ports.Length > 1 && ports.Length != names.Count)
        {
            throw new FormatException("does not have as many ports as hosts");
        }

        // Where the hosts are the query's, a port before it goes with a single one.
        var before = host is not null && names.Count == 1 && !authority.Contains(',', StringComparison.Ordinal) ? Split(authority).Port : null;
        NamesHost = names[0].Name.Length > 0;
        NamesPort = ports.Length > 0 || names[0].Port is not null || before is not null;
        return [.. names.Select((one, index) => new DatabaseHost(
            one.Name.Length > 0 ? one.Name : "localhost", Port((ports.Length == 0 ? one.Port ?? before : ports[ports.Length == 1 ? 0 : index]) ?? "")))];
    }
}
