using System.Reflection;
using CivicQ.Host.Engine;

namespace CivicQ.Ops.Tests;

/// <summary>Where things are, and a folder of this run's own for all that the module keeps.</summary>
internal static class Suite
{
    static Suite()
    {
        Root = typeof(Suite).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;
        Folder = Directory.CreateTempSubdirectory("civicq-tests-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            // The lab's PostgreSQL may run as another user, who must be able to walk in.
            File.SetUnixFileMode(Folder, (UnixFileMode)Convert.ToInt32("755", 8));
        }

        Environment.SetEnvironmentVariable("CIVICQ_CONFIG", Path.Combine(Folder, "config"));
        Environment.SetEnvironmentVariable("CIVICQ_STATE", Path.Combine(Folder, "state"));
        Environment.SetEnvironmentVariable("CIVICQ_JOURNAL", Path.Combine(Folder, "journal.jsonl"));
        foreach (var name in new[] { "DATABASE_URL", "PGHOST", "REDIS_URL", "CELERY_BROKER_URL", "CIVICQ_API_URL", "CIVICQ_SITE_URL", "CIVICQ_ENVIRONMENT" })
        {
            Environment.SetEnvironmentVariable(name, null);
        }

        // For runs of tests that use no lab; the test runner may end without it.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Clear();
    }

    /// <summary>The repository.</summary>
    public static string Root { get; }

    /// <summary>This run's folder: configuration, state, journal.</summary>
    public static string Folder { get; }

    /// <summary>Removes this run's folder.</summary>
    public static void Clear()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    /// <summary>A session with the module, as <c>civicq</c> opens one.</summary>
    public static HostSession Open() => HostSession.Create(Path.Combine(Root, "CivicQ.Ops.psd1"));
}
