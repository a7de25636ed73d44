using System.Text;

namespace CivicQ.Ops.Core.Lab;

/// <summary>Files and folders that only their owner may read.</summary>
internal static class LabFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a folder for its owner alone.</summary>
    public static string MakeFolder(string path) =>
        OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(path).FullName
            : Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute).FullName;

    /// <summary>Writes a file for its owner alone: complete or not at all.</summary>
    public static void Write(string path, string text)
    {
        var beside = path + ".part";
        File.Delete(beside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var stream = new FileStream(beside, options))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }

    /// <summary>A new name under the temporary folder, or under <paramref name="parent"/>.</summary>
    public static string NewFolder(string name, string? parent = null) =>
        Path.Combine(parent ?? Path.GetTempPath(), $"{name}-{Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(6)).ToLowerInvariant()}");

    /// <summary>Removes a folder with all that is in it; a server that is just ending may still write, so it is tried several times.</summary>
    public static async Task RemoveAsync(string path)
    {
        for (var attempt = 1; Directory.Exists(path); attempt++)
        {
            try
            {
                Directory.Delete(path, recursive: true);
            }
            catch (Exception error) when (attempt < 20 && error is IOException or UnauthorizedAccessException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The end of a server's log, for messages.</summary>
    public static string Tail(string path, int lines = 5)
    {
        try
        {
            return File.Exists(path) ? string.Join(Environment.NewLine, File.ReadLines(path).TakeLast(lines)) : "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
