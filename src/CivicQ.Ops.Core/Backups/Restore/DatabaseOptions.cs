using CivicQ.Ops.Core.Database;
using Npgsql;

namespace CivicQ.Ops.Core.Backups.Restore;

/// <summary>What <c>CREATE DATABASE</c> must be told, because no later statement can change it: encoding, locale and its provider, owner, tablespace.</summary>
internal static class DatabaseOptions
{
    /// <summary>The options that make a database like another.</summary>
    /// <param name="server">The server.</param>
    /// <param name="like">The other one; where it is not there the encoding alone is given.</param>
    /// <param name="encoding">The encoding then; <see langword="null"/> for the server's own.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <returns>The options, each with a blank before it.</returns>
    public static async Task<string> ReadAsync(RestoreServer server, string like, string? encoding, CancellationToken cancellationToken)
    {
        var (provider, locale, rules) = server.Major switch
        {
            < 15 => ("NULL", "NULL", "NULL"),
            15 => ("d.datlocprovider", "d.daticulocale", "NULL"),
            16 => ("d.datlocprovider", "d.daticulocale", "d.daticurules"),
            _ => ("d.datlocprovider", "d.datlocale", "d.daticurules"),
        };
        var found = await server.RowsAsync(
            $"""
            SELECT pg_catalog.pg_encoding_to_char(d.encoding)::text, d.datcollate::text, d.datctype::text, pg_catalog.pg_get_userbyid(d.datdba)::text, t.spcname::text,
                   {provider}::text, {locale}::text, {rules}::text
            FROM pg_catalog.pg_database d JOIN pg_catalog.pg_tablespace t ON t.oid = d.dattablespace WHERE d.datname = $1
            """,
            [new NpgsqlParameter { Value = like }],
            reader => $" ENCODING {RestoreServer.Literal(reader.GetString(0))}{Locale(reader)} OWNER {SqlIdentifier.Quote(reader.GetString(3))}{Tablespace(reader.GetString(4))}",
            cancellationToken).ConfigureAwait(false);
        return found.Count > 0 ? found[0] : encoding is null ? "" : $" ENCODING {RestoreServer.Literal(encoding)}";
    }

    // Named, even the usual one needs a privilege that few have.
    private static string Tablespace(string name) => name == "pg_default" ? "" : $" TABLESPACE {SqlIdentifier.Quote(name)}";

    private static string Locale(NpgsqlDataReader row)
    {
        var libc = $" LC_COLLATE {RestoreServer.Literal(row.GetString(1))} LC_CTYPE {RestoreServer.Literal(row.GetString(2))}";
        return row.Text(5) switch
        {
            "i" => $" LOCALE_PROVIDER icu ICU_LOCALE {RestoreServer.Literal(row.GetString(6))}{(row.Text(7) is { } rules ? $" ICU_RULES {RestoreServer.Literal(rules)}" : "")}{libc}",
            "b" => $" LOCALE_PROVIDER builtin BUILTIN_LOCALE {RestoreServer.Literal(row.GetString(6))}{libc}",
            // The template's own may be another.
            "c" => " LOCALE_PROVIDER libc" + libc,
            _ => libc,
        };
    }
}
