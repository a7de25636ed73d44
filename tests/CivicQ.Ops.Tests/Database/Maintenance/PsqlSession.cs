using System.Diagnostics;
using System.Globalization;
using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Database.Maintenance;

/// <summary>A session on the lab's PostgreSQL by another program than the module: psql, which stays open.</summary>
internal sealed class PsqlSession : IDisposable
{
    private const string Mark = "@@@";
    private readonly Process process;

    public PsqlSession(string database = "civicq", string application = "a psql")
    {
        var start = new ProcessStartInfo("psql", ["-qAtX", "-h", "127.0.0.1", "-p", LabParts.Port("Postgres").ToString(CultureInfo.InvariantCulture), "-U", "civicq", "-d", database])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PGPASSWORD"] = File.ReadAllText(LabParts.SecretFile("database")).Trim();
        start.Environment["PGAPPNAME"] = application;
        start.Environment["PGSSLMODE"] = "disable";
        process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        ProcessId = int.Parse(Run("SELECT pg_backend_pid()"), CultureInfo.InvariantCulture);
    }

    public int ProcessId { get; }

    /// <summary>Runs statements and gives what they print; empty where the session is gone.</summary>
    public string Run(string sql)
    {
        Send(sql);
        return Read();
    }

    /// <summary>Sends statements without waiting for them.</summary>
    public void Send(string sql)
    {
        try
        {
            process.StandardInput.WriteLine(sql + ";");
            process.StandardInput.WriteLine($"\\echo {Mark}");
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // psql has ended with its session.
        }
    }

    /// <summary>Reads up to the end of what was sent.</summary>
    public string Read()
    {
        List<string> lines = [];
        while (process.StandardOutput.ReadLine() is { } line && line != Mark)
        {
            lines.Add(line);
        }

        return string.Join('\n', lines);
    }

    /// <summary>Waits until a question is answered with t.</summary>
    public void Until(string sql)
    {
        var clock = Stopwatch.StartNew();
        while (Run(sql) != "t")
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(2), sql);
            Thread.Sleep(20);
        }
    }

    public void Dispose()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already.
        }

        if (!process.WaitForExit(10_000))
        {
            process.Kill();
        }

        process.Dispose();
    }
}
