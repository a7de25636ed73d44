using System.Globalization;
using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Backups.Programs;

/// <summary>
/// A password for libpq's <c>PGPASSFILE</c> that is in no environment, no argument and, on Linux, under no name: the file is removed as soon as it is open,
/// and the child reads it through this process's descriptor. So nothing stays behind, however this process ends.
/// </summary>
internal sealed class PasswordFile : IDisposable
{
    private readonly FileStream stream;
    private readonly string file;

    /// <summary>Makes it.</summary>
    /// <param name="password">The password, for every host, database and user.</param>
    public PasswordFile(string password)
    {
        file = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"civicq-{Guid.NewGuid():N}");
        stream = new FileStream(file, PrivateFile.Options(FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));
        var nameless = OperatingSystem.IsLinux();
        try
        {
            if (nameless)
            {
                File.Delete(file);
            }

            var escaped = password.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);
            stream.Write(System.Text.Encoding.UTF8.GetBytes($"*:*:*:*:{escaped}\n"));
            stream.Flush();
        }
        catch
        {
            Dispose();
            throw;
        }

        Path = nameless ? string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{stream.SafeFileHandle.DangerousGetHandle()}") : file;
    }

    /// <summary>Where a child of the same user finds it.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream.Dispose();
        if (File.Exists(file))
        {
            File.Delete(file);
        }
    }
}
