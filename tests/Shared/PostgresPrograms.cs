using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;

namespace CivicQ.Tests;

/// <summary>Further major versions of PostgreSQL, brought by <c>tests/Lab/postgresql.sh</c> and <c>postgresql-clients.sh</c> into a cache.</summary>
internal static class PostgresPrograms
{
    private static readonly ConcurrentDictionary<string, Lazy<(string? Folder, string Reason)>> Found = new(StringComparer.Ordinal);

    /// <summary>The oldest and the newest that there are for this machine, and those between that the lab does not have itself.</summary>
    public static IReadOnlyList<string> Versions { get; } = ["13", "14", "16", "17", "18"];

    /// <summary>The folder of a version's programs; skips the test, with the reason, where it cannot be had.</summary>
    public static string Folder(string major)
    {
        var (folder, reason) = Found.GetOrAdd(major, key => new(() => Fetch("postgresql.sh", key))).Value;
        Skip.If(folder is null, $"PostgreSQL {major} cannot be had: {reason}");
        return folder!;
    }

    /// <summary>The folder of the newest pg_dump, pg_restore and pg_basebackup, which work with all of the servers; skips the test where they cannot be had.</summary>
    public static string Clients()
    {
        var (folder, reason) = Found.GetOrAdd("clients", _ => new(() => Fetch("postgresql-clients.sh"))).Value;
        Skip.If(folder is null, reason);
        return folder!;
    }

    private static (string? Folder, string Reason) Fetch(string script, params string[] arguments)
    {
        if (OperatingSystem.IsWindows())
        {
            return (null, "Further versions of PostgreSQL are for Linux.");
        }

        var root = typeof(PostgresPrograms).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;
        using var process = Process.Start(new ProcessStartInfo("bash", [Path.Combine(root, "tests", "Lab", script), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        })!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return process.ExitCode == 0 && lines.Length > 0
            ? (lines[^1], "")
            : (null, errors.Result.Trim());
    }
}
