using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CivicQ.Ops.Core.Database.SimpleQuery;

/// <summary>The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), without channel binding.</summary>
/// <param name="password">The password.</param>
internal sealed class ScramClient(string password)
{
    // More would only keep this client busy; PostgreSQL and PgBouncer use 4096.
    private const int MostIterations = 1_000_000;
    private readonly string nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
    private byte[] serverSignature = [];

    /// <summary>The name that the server must offer.</summary>
    public const string Mechanism = "SCRAM-SHA-256";

    /// <summary>The first message; the user's name is that of the connection.</summary>
    public string First => "n,," + FirstBare;

    private string FirstBare => $"n=,r={nonce}";

    /// <summary>The answer to the server's first message; <see langword="null"/> where that message is not as it must be.</summary>
    /// <param name="serverFirst">The server's message.</param>
    /// <returns>The final message.</returns>
    public string? Final(string serverFirst)
    {
        var parts = Parts(serverFirst);
        if (!parts.TryGetValue('r', out var both) || !both.StartsWith(nonce, StringComparison.Ordinal) || both.Length == nonce.Length
            || !parts.TryGetValue('s', out var saltText) || !parts.TryGetValue('i', out var count)
            || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations is < 1 or > MostIterations)
        {
            return null;
        }

        var salt = new byte[saltText.Length];
        if (!Convert.TryFromBase64String(saltText, salt, out var saltLength))
        {
            return null;
        }

        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password.Normalize(NormalizationForm.FormKC)), salt.AsSpan(0, saltLength), iterations, HashAlgorithmName.SHA256, 32);
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var withoutProof = $"c=biws,r={both}";
        var message = Encoding.UTF8.GetBytes($"{FirstBare},{serverFirst},{withoutProof}");
        var proof = HMACSHA256.HashData(SHA256.HashData(clientKey), message);
        for (var i = 0; i < proof.Length; i++)
        {
            proof[i] ^= clientKey[i];
        }

        serverSignature = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), message);
        return $"{withoutProof},p={Convert.ToBase64String(proof)}";
    }

    /// <summary>Whether the server's last message proves that it knows the password too.</summary>
    /// <param name="serverFinal">The server's message.</param>
    /// <returns>False: it is not the server that it should be.</returns>
    public bool Verify(string serverFinal)
    {
        var signature = new byte[64];
        return Parts(serverFinal).TryGetValue('v', out var text) && serverSignature.Length > 0
            && Convert.TryFromBase64String(text, signature, out var length)
            && CryptographicOperations.FixedTimeEquals(signature.AsSpan(0, length), serverSignature);
    }

    private static Dictionary<char, string> Parts(string message) =>
        message.Split(',').Where(part => part.Length > 1 && part[1] == '=').DistinctBy(part => part[0]).ToDictionary(part => part[0], part => part[2..]);
}
