using System.Management.Automation;
using System.Threading.Channels;

namespace CivicQ.Ops.Pipeline;

/// <summary>Carries what an asynchronous body wants to say to the pipeline thread, which waits here and says it.</summary>
/// <param name="cmdlet">The cmdlet that speaks.</param>
internal sealed class PipelineBridge(Cmdlet cmdlet) : IDisposable
{
    // So many objects may wait for a slow pipeline; then the body waits, and memory stays flat.
    private const int WaitingObjects = 256;
    private readonly Channel<Action> calls = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SemaphoreSlim room = new(WaitingObjects);
    private volatile bool drained;

    /// <summary>True where the body came to its own end, also when the pipeline wanted no more of what it gave.</summary>
    public bool Completed { get; private set; }

    /// <summary>Runs the body to its end on the pool, and its calls on this thread.</summary>
    public void Run(Func<CancellationToken, Task> body, CancellationTokenSource stopping)
    {
        var token = stopping.Token;
        var running = Task.Run(() => body(token), CancellationToken.None);
        _ = running.ContinueWith(
            (_, channel) => ((Channel<Action>)channel!).Writer.TryComplete(), calls, CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            while (calls.Reader.WaitToReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult())
            {
                while (calls.Reader.TryRead(out var call))
                {
                    call();
                }
            }
        }
        catch
        {
            // The pipeline ended (Select-Object -First, Ctrl+C, ErrorAction Stop): the body is told, and awaited, before anything else happens.
            stopping.Cancel();
            Drain();
            ((IAsyncResult)running).AsyncWaitHandle.WaitOne();
            Completed = running.IsCompletedSuccessfully;
            throw;
        }

        running.GetAwaiter().GetResult();
        Completed = true;
    }

    /// <summary>Has an object written.</summary>
    public async ValueTask WriteAsync(object value, CancellationToken cancellationToken)
    {
        // While there is room the token does not count: a body whose work is done may hand over its last results although nobody wants them,
        // and so come to its own end. The next change asks first, and is told.
        if (!room.Wait(0, CancellationToken.None))
        {
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        calls.Writer.TryWrite(() =>
        {
            room.Release();
            cmdlet.WriteObject(value);
        });
    }

    /// <summary>Has several objects written one after the other, for less than each by itself costs. They take the room of one.</summary>
    public async ValueTask WriteAllAsync(IReadOnlyList<object> values, CancellationToken cancellationToken)
    {
        if (!room.Wait(0, CancellationToken.None))
        {
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        calls.Writer.TryWrite(() =>
        {
            room.Release();
            cmdlet.WriteObject(values, enumerateCollection: true);
        });
    }

    /// <summary>Has something called, without waiting for it.</summary>
    public void Post(Action call) => calls.Writer.TryWrite(call);

    /// <summary>Has something called, and waits for its answer.</summary>
    public Task<T> AskAsync<T>(Func<T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = calls.Writer.TryWrite(() =>
        {
            if (drained)
            {
                answer.SetCanceled();
                return;
            }

            try
            {
                answer.SetResult(question());
            }
            catch (Exception error)
            {
                // The body ends with the same exception; the pipeline thread must see it too (PipelineStoppedException above all).
                answer.SetException(error);
                throw;
            }
        });
        if (!posted)
        {
            answer.SetCanceled();
        }

        return answer.Task;
    }

    /// <inheritdoc/>
    public void Dispose() => room.Dispose();

    // After the pipeline ended nothing may be written, but whoever waits for an answer or for room must be let go.
    private void Drain()
    {
        drained = true;
        calls.Writer.TryComplete();
        room.Release(WaitingObjects);
        while (calls.Reader.TryRead(out var call))
        {
            try
            {
                call();
            }
            catch (Exception)
            {
                // Writing after the end; what was asked has been answered.
            }
        }
    }
}
