using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>The releases of one project on one engine: JSON Lines in the user's folder of records, mode 0600, oldest first.</summary>
internal sealed class ReleaseLedger
{
    private readonly string path;

    /// <summary>Finds the ledger.</summary>
    /// <param name="project">The project.</param>
    /// <param name="address">The engine.</param>
    /// <param name="folder">The user's folder of records.</param>
    public ReleaseLedger(string project, string address, string folder)
    {
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{address}\n{project}")))[..12].ToLowerInvariant();
        path = Path.Combine(folder, "releases", $"{project}-{key}.jsonl");
    }

    /// <summary>Keeps others from publishing or going back meanwhile.</summary>
    /// <returns>The lock.</returns>
    /// <exception cref="OperationException"><c>ServiceBusy</c>.</exception>
    public FileLock Lock()
    {
        UserFolders.CreatePrivate(Path.GetDirectoryName(path)!);
        try
        {
            return FileLock.Acquire(path + ".lock", TimeSpan.Zero);
        }
        catch (TimeoutException error)
        {
            throw new OperationException(ServiceErrors.Busy, "Another release or roll-back of this project is under way.", path, error);
        }
    }

    /// <summary>Reads all releases, newest first.</summary>
    /// <returns>The releases; none where nothing was published from here.</returns>
    /// <exception cref="OperationException"><c>ReleaseLedgerInvalid</c>.</exception>
    public IReadOnlyList<ComposeRelease> Read()
    {
        if (!File.Exists(path))
        {
            return [];
        }

        var result = new List<ComposeRelease>();
        foreach (var (line, index) in File.ReadAllLines(path).Select((line, index) => (line, index)).Where(pair => pair.line.Length > 0))
        {
            try
            {
                result.Add(JsonSerializer.Deserialize<ComposeRelease>(line)!);
            }
            catch (JsonException error)
            {
                throw new OperationException(
                    ComposeErrors.LedgerInvalid, string.Create(CultureInfo.InvariantCulture, $"Line {index + 1} of {path} is no release: {error.Message}"), path, error);
            }
        }

        result.Reverse();
        return result;
    }

    /// <summary>Adds a release behind the others.</summary>
    /// <param name="make">Makes it of its number.</param>
    /// <returns>The release.</returns>
    public ComposeRelease Add(Func<long, ComposeRelease> make)
    {
        var known = Read();
        var release = make(known.Count > 0 ? known[0].Revision + 1 : 1);
        var lines = known.Reverse().Append(release).Select(each => JsonSerializer.Serialize(each));
        PrivateFile.Replace(path, Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        return release;
    }
}
