namespace CivicQ.Ops.Core.Operations;

/// <summary>What a session keeps from one command to the next, one object of a kind: open connections, say. It goes with the session. For several threads.</summary>
public sealed class SessionMemory : IDisposable
{
    private readonly Dictionary<Type, object> kept = [];

    /// <summary>Gives the session's object of a kind.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    /// <returns>The object, made at the first call.</returns>
    public T Get<T>()
        where T : class, new()
    {
        lock (kept)
        {
            if (!kept.TryGetValue(typeof(T), out var found))
            {
                kept.Add(typeof(T), found = new T());
            }

            return (T)found;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (kept)
        {
            foreach (var item in kept.Values.OfType<IDisposable>())
            {
                item.Dispose();
            }

            kept.Clear();
        }
    }
}
