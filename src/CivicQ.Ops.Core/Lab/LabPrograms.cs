using System.Runtime.InteropServices;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Lab;

/// <summary>Finds the servers' programs on this machine, and says how a missing one is installed.</summary>
internal static class LabPrograms
{
    private static readonly string[] PostgresPrograms = ["initdb", "pg_ctl", "postgres"];
    private static readonly string Suffix = OperatingSystem.IsWindows() ? ".exe" : "";

    /// <summary>The folder with PostgreSQL's <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>, newest version first; or <see langword="null"/>.</summary>
    public static string? PostgresFolder()
    {
        var folders = SearchPath()
            .Concat(Versions("/usr/lib/postgresql", "*", "bin"))
            .Concat(Versions("/usr", "pgsql-*", "bin"))
            .Concat(Versions("/opt/homebrew/opt", "postgresql*", "bin"))
            .Concat(Versions("/usr/local/opt", "postgresql*", "bin"))
            .Concat(Versions("/Applications/Postgres.app/Contents/Versions", "*", "bin"))
            .Concat(Versions(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "*", "bin"));
        return folders.FirstOrDefault(folder => PostgresPrograms.All(name => File.Exists(Path.Combine(folder, name + Suffix))));
    }

    /// <summary>The path of one of PostgreSQL's further programs: beside the server, or where the server's link leads to; or <see langword="null"/>.</summary>
    public static string? PostgresProgram(string name)
    {
        if (PostgresFolder() is not { } folder)
        {
            return null;
        }

        // A folder of links need not have all of them.
        var real = Path.GetDirectoryName(File.ResolveLinkTarget(Path.Combine(folder, "postgres" + Suffix), returnFinalTarget: true)?.FullName);
        return new[] { folder, real }.OfType<string>().Select(place => Path.Combine(place, name + Suffix)).FirstOrDefault(File.Exists) ?? OnPath(name);
    }

    /// <summary>The path of <c>redis-server</c> (or its fork <c>valkey-server</c>), or <see langword="null"/>.</summary>
    public static string? RedisServer() => OnPath("redis-server", "/usr/local/sbin", "/usr/sbin", "/opt/homebrew/bin") ?? OnPath("valkey-server");

    /// <summary>The path of <c>pgbouncer</c>, or <see langword="null"/>.</summary>
    public static string? PgBouncer() => OnPath("pgbouncer", "/usr/sbin", "/usr/local/bin", "/opt/homebrew/bin");

    /// <summary>The path of <c>alembic</c>, or <see langword="null"/>.</summary>
    public static string? Alembic() => OnPath("alembic", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin");

    /// <summary>The command that installs Alembic with PostgreSQL's driver.</summary>
    public static string InstallAlembic =>
        OperatingSystem.IsWindows() ? "pip install alembic psycopg2-binary"
        : OperatingSystem.IsMacOS() ? "brew install alembic"
        : OnPath("dnf", "/usr/bin") is not null ? "sudo dnf install -y python3-alembic python3-psycopg2"
        : OnPath("apk", "/sbin") is not null ? "sudo apk add py3-alembic py3-psycopg2"
        : "sudo apt-get install -y --no-install-recommends alembic python3-psycopg2";

    /// <summary>The path of a program on the PATH or in one of the further folders, or <see langword="null"/>.</summary>
    public static string? OnPath(string name, params string[] further) =>
        SearchPath().Concat(further).Select(folder => Path.Combine(folder, name + Suffix)).FirstOrDefault(File.Exists);

    /// <summary>The command that installs a server on this machine.</summary>
    public static string InstallCommand(LabServerKind kind)
    {
        var (apt, dnf, apk, brew, winget) = kind switch
        {
            LabServerKind.Postgres => ("postgresql", "postgresql-server postgresql-contrib", "postgresql", "postgresql@17", "PostgreSQL.PostgreSQL.17"),
            LabServerKind.Redis => ("redis-server", "redis", "redis", "redis", "Redis.Redis"),
            LabServerKind.PgBouncer => ("pgbouncer", "pgbouncer", "pgbouncer", "pgbouncer", null),
            LabServerKind.Celery => ("python3-celery python3-redis", "python3-celery python3-redis", "py3-celery py3-redis", "celery", null),
            _ => ("aspnetcore-runtime-10.0", "aspnetcore-runtime-10.0", "aspnetcore10-runtime", "dotnet", (string?)"Microsoft.DotNet.AspNetCore.10"),
        };
        if (OperatingSystem.IsWindows())
        {
            return winget is null ? $"wsl --install, then the lab inside it: {kind} does not run on Windows" : $"winget install --id {winget}";
        }

        return OperatingSystem.IsMacOS() ? $"brew install {brew}"
            : OnPath("dnf", "/usr/bin") is not null ? $"sudo dnf install -y {dnf}"
            : OnPath("apk", "/sbin") is not null ? $"sudo apk add {apk}"
            : $"sudo apt-get install -y --no-install-recommends {apt}";
    }

    /// <summary>The error of a server that is not installed.</summary>
    public static OperationException NotInstalled(LabServerKind kind, string name) => new(
        LabErrors.ServerNotInstalled, $"{name} is not installed. Install it with: {InstallCommand(kind)}", kind.ToString());

    /// <summary>True when this process is root's.</summary>
    public static bool IsRoot => !OperatingSystem.IsWindows() && EffectiveUser == 0;

    /// <summary>The user id that this process works as; not on Windows.</summary>
    public static uint EffectiveUser => Native.EffectiveUser();

    private static IEnumerable<string> SearchPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathFullyQualified);

    // Highest version first; the number at the end of the folder's name counts.
    private static IEnumerable<string> Versions(string parent, string pattern, string child) =>
        Directory.Exists(parent)
            ? Directory.EnumerateDirectories(parent, pattern).OrderByDescending(Version).Select(folder => Path.Combine(folder, child))
            : [];

    private static double Version(string folder)
    {
        var digits = new string([.. Path.GetFileName(folder).Reverse().TakeWhile(letter => char.IsAsciiDigit(letter) || letter == '.').Reverse()]);
        return double.TryParse(digits, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private static class Native
    {
        [DllImport("libc", EntryPoint = "geteuid")]
        internal static extern uint EffectiveUser();
    }
}
