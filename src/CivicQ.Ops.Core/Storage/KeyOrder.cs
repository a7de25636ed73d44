namespace CivicQ.Ops.Core.Storage;

/// <summary>The order in which S3 lists keys: by the bytes of their UTF-8, which UTF-16 differs from beyond the basic plane.</summary>
internal sealed class KeyOrder : IComparer<string>
{
    /// <summary>The one there is.</summary>
    public static KeyOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        var shared = Math.Min(x!.Length, y!.Length);
        for (var i = 0; i < shared; i++)
        {
            if (x[i] != y[i])
            {
                return Rank(x[i]) - Rank(y[i]);
            }
        }

        return x.Length - y.Length;
    }

    private static int Rank(char letter) => letter switch
    {
        >= '\uE000' => letter - 0x800,
        >= '\uD800' => letter + 0x2000,
        _ => letter,
    };
}
