using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Database.Termination;

/// <summary>What a database's setting was before writes were suspended, kept in the folder of records until they are resumed.</summary>
/// <param name="Database">Server and database.</param>
/// <param name="Former"><c>on</c>, <c>off</c>, or <see langword="null"/> where there was no setting.</param>
/// <param name="Since">When writes were suspended, by the server's clock.</param>
internal sealed record WriteGuardRecord(string Database, string? Former, DateTimeOffset Since)
{
    private static string Folder => Path.Combine(UserFolders.StateFolder(), "database-writes");

    /// <summary>Reads the record of a database.</summary>
    /// <param name="database">Server and database.</param>
    /// <returns>The record; <see langword="null"/> where there is none.</returns>
    public static WriteGuardRecord? Read(string database)
    {
        var path = FileOf(database);
        return File.Exists(path) ? JsonSerializer.Deserialize<WriteGuardRecord>(File.ReadAllBytes(path)) : null;
    }

    /// <summary>Forgets a database.</summary>
    public static void Remove(string database)
    {
        var path = FileOf(database);
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    /// <summary>Keeps the record.</summary>
    public void Write()
    {
        UserFolders.CreatePrivate(Folder);
        PrivateFile.Replace(FileOf(Database), JsonSerializer.SerializeToUtf8Bytes(this));
    }

    // Names of servers and databases may hold what a file's name may not.
    private static string FileOf(string database) => Path.Combine(
        Folder, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(database)))[..16].ToLower(CultureInfo.InvariantCulture) + ".json");
}
