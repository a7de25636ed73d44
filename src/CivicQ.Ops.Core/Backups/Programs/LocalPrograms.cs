using System.ComponentModel;
using System.Globalization;
using System.Text.RegularExpressions;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Processes;
using Npgsql;

namespace CivicQ.Ops.Core.Backups.Programs;

/// <summary>PostgreSQL's client programs on this machine.</summary>
/// <param name="folder">Where they are; without it they are looked for.</param>
/// <param name="address">Where the server is.</param>
internal sealed partial class LocalPrograms(string? folder, NpgsqlConnectionStringBuilder address) : IProgramPlace
{
    private static readonly string Suffix = OperatingSystem.IsWindows() ? ".exe" : "";
    private readonly Lazy<PasswordFile?> password = new(() => Password(address, Environment.GetEnvironmentVariable) is { } text ? new PasswordFile(text) : null);

    /// <summary>The folders that may hold PostgreSQL's programs on this machine.</summary>
    public static IEnumerable<string> Folders()
    {
        static IEnumerable<string> Below(string parent, string pattern) =>
            Directory.Exists(parent) ? Directory.EnumerateDirectories(parent, pattern).Select(one => Path.Combine(one, "bin")) : [];
        return Below("/usr/lib/postgresql", "*").Concat(Below("/usr", "pgsql-*")).Concat(Below("/opt/homebrew/opt", "postgresql*"))
            .Concat(Below("/usr/local/opt", "postgresql*")).Concat(Below("/Applications/Postgres.app/Contents/Versions", "*"))
            .Concat(Below(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "*"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathFullyQualified));
    }

    /// <inheritdoc/>
    public async Task<PostgresProgram> FindAsync(string name, int serverMajor, CancellationToken cancellationToken)
    {
        var found = new List<PostgresProgram>();
        foreach (var path in (folder is null ? Folders() : [folder]).Select(one => Path.Combine(one, name + Suffix)).Where(File.Exists).Distinct(StringComparer.Ordinal))
        {
            if (await AskAsync(name, path, cancellationToken).ConfigureAwait(false) is { } program)
            {
                if (program.Major == serverMajor)
                {
                    return program;
                }

                found.Add(program);
            }
        }

        // Of several that are newer, the nearest is the best known to go with the server.
        return found.Where(program => program.Major > serverMajor).MinBy(program => program.Major)
            ?? (found.Count == 0
                ? throw new OperationException(BackupErrors.ProgramNotInstalled, $"{name} is not installed{(folder is null ? " on this machine" : " in " + folder)}.", name)
                : throw new OperationException(
                    BackupErrors.ProgramTooOld,
                    string.Create(CultureInfo.InvariantCulture, $"The server is PostgreSQL {serverMajor}, and the newest {name} here is {found.Max(program => program.Major)} ({found.MaxBy(program => program.Major)!.Path})."), name));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ConnectionArguments(string? database)
    {
        List<string> result = ["--host", address.Host ?? "localhost", "--port", address.Port.ToString(CultureInfo.InvariantCulture), "--no-password"];
        if (address.Username is { Length: > 0 } user)
        {
            result.AddRange(["--username", user]);
        }

        if (database is not null)
        {
            result.AddRange(["--dbname", DatabaseArgument(database)]);
        }

        return result;
    }

    /// <inheritdoc/>
    public async Task<int> RunAsync(
        PostgresProgram program, IReadOnlyList<string> arguments, Stream? input, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> output,
        Action<string> line, CancellationToken cancellationToken)
    {
        var command = new SupervisedCommand
        {
            Program = program.Path,
            Arguments = arguments,
            Variables = new Dictionary<string, string?>
            {
                ["PGPASSFILE"] = password.Value?.Path ?? Environment.GetEnvironmentVariable("PGPASSFILE"),
                // What the operator's shell holds for other servers must not reach this one.
                ["PGPASSWORD"] = null, ["PGSERVICE"] = null, ["PGHOSTADDR"] = null, ["PGOPTIONS"] = null, ["PGDATABASE"] = null,
                ["PGAPPNAME"] = "CivicQ.Ops",
                ["PGSSLMODE"] = Mode(address.SslMode),
                ["PGSSLROOTCERT"] = string.IsNullOrEmpty(address.RootCertificate) ? null : address.RootCertificate,
                // Their words are read. LC_ALL would come before it.
                ["LC_ALL"] = null, ["LC_MESSAGES"] = "C",
            },
        };
        try
        {
            return await SupervisedProcess.PipeAsync(command, input, output, line, cancellationToken).ConfigureAwait(false);
        }
        catch (Win32Exception error)
        {
            throw new OperationException(BackupErrors.ProgramNotInstalled, $"{program.Path} cannot be started: {error.Message}", program.Name, error);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (password.IsValueCreated)
        {
            password.Value?.Dispose();
        }

        return default;
    }

    /// <summary>A database's name as an argument: one that looks like an address would be taken for one.</summary>
    internal static string DatabaseArgument(string database) =>
        "dbname='" + database.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "'";

    /// <summary>The password that the connection of this module would take too: that of the address, or the variable's. <see langword="null"/> leaves it to a password file.</summary>
    internal static string? Password(NpgsqlConnectionStringBuilder address, Func<string, string?> variable) =>
        !string.IsNullOrEmpty(address.Password) ? address.Password : variable("PGPASSWORD") is { Length: > 0 } text ? text : null;

    private static string Mode(SslMode mode) => mode switch
    {
        SslMode.Disable => "disable",
        SslMode.Allow => "allow",
        SslMode.Require => "require",
        SslMode.VerifyCA => "verify-ca",
        SslMode.VerifyFull => "verify-full",
        _ => "prefer",
    };

    private static async Task<PostgresProgram?> AskAsync(string name, string path, CancellationToken cancellationToken)
    {
        string? said = null;
        try
        {
            await SupervisedProcess.RunAsync(new SupervisedCommand { Program = path, Arguments = ["--version"] }, (text, error) => said ??= error ? null : text, cancellationToken).ConfigureAwait(false);
        }
        catch (Win32Exception)
        {
            return null;
        }

        return VersionOf(name, path, said);
    }

    /// <summary>Reads what a program says of its version; <see langword="null"/> where it is none of PostgreSQL's.</summary>
    internal static PostgresProgram? VersionOf(string name, string path, string? said) =>
        said is not null && Version().Match(said) is { Success: true } match
            ? new PostgresProgram(name, path, int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), said.Trim())
            : null;

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
