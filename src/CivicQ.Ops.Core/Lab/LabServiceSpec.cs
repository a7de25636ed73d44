namespace CivicQ.Ops.Core.Lab;

/// <summary>One of the lab's services: a shell script on busybox that behaves as the real one does when something is wrong.</summary>
internal sealed record LabServiceSpec
{
    /// <summary>The API: answers /health.</summary>
    public const string Backend = "backend";

    /// <summary>The Celery worker: holds 40 MiB, and ends when its broker is away.</summary>
    public const string Worker = "celery-worker";

    /// <summary>The broker and cache.</summary>
    public const string Redis = "redis";

    /// <summary>The variable with the host that the worker's broker is on; empty: none is looked for.</summary>
    public const string Broker = "BROKER_HOST";

    /// <summary>What the backend's health check asks for.</summary>
    public const string HealthFile = "/www/health";

    /// <summary>The port of the backend.</summary>
    public const int BackendPort = 8000;

    private const long Mebibyte = 1L << 20;

    /// <summary>All of them, in the order of their start.</summary>
    public static readonly IReadOnlyList<LabServiceSpec> All =
    [
        new()
        {
            Name = Redis, MemoryBytes = 64 * Mebibyte,
            Script = "mkdir -p /www && echo PONG >/www/index.html && echo 'Ready to accept connections' && exec httpd -f -p 6379 -h /www",
        },
        new()
        {
            Name = Backend, Replicas = 2, MemoryBytes = 64 * Mebibyte, IsProbed = true,
            Script = $"mkdir -p /www && echo ok >{HealthFile} && echo 'INFO: Application startup complete.' && exec httpd -f -p 8000 -h /www",
        },

        // The pipe has a reader that never reads: so dd keeps what it has read of /dev/zero. Where it is ended, so is the worker.
        new()
        {
            Name = Worker, MemoryBytes = 96 * Mebibyte,
            Script = $$"""
                trap 'exit 0' TERM
                rm -f /tmp/held; mkdir -p /tmp; mkfifo /tmp/held
                sleep 2147483647 </tmp/held &
                dd if=/dev/zero of=/tmp/held bs=40M count=1 2>/dev/null &
                held=$!
                echo 'celery@worker ready.'
                while [ -z "${{Broker}}" ] || nc -w 3 "${{Broker}}" 6379 </dev/null >/dev/null 2>&1; do
                  sleep 1 & wait $!
                  kill -0 $held 2>/dev/null || exit 137
                done
                echo "[ERROR] consumer: Cannot connect to redis://${{Broker}}:6379/0: Connection refused."
                exit 1
                """,
        },
    ];

    /// <summary>The service's name.</summary>
    public required string Name { get; init; }

    /// <summary>How many instances it has.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>How much memory an instance may use.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Whether /health is asked for.</summary>
    public bool IsProbed { get; init; }

    /// <summary>What its shell runs.</summary>
    public required string Script { get; init; }

    /// <summary>A service by its name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The service.</returns>
    public static LabServiceSpec Named(string name) => All.First(spec => spec.Name == name);
}
