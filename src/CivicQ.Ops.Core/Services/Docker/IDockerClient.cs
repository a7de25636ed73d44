using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>
/// What this module needs of a Docker engine, over its REST API. Containers, images and networks are named by name or identifier.
/// Every member fails with an <see cref="OperationException"/> of <see cref="DockerErrors"/>. Safe for several calls at once.
/// </summary>
public interface IDockerClient : IDisposable
{
    /// <summary>Where the engine is.</summary>
    DockerEndpoint Endpoint { get; }

    /// <summary>Asks the engine about itself.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The engine.</returns>
    Task<DockerEngineInfo> GetEngineAsync(CancellationToken cancellationToken);

    /// <summary>Lists containers, stopped ones too.</summary>
    /// <param name="labels">Only those with all of these labels, <c>name</c> or <c>name=value</c>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The containers, newest first.</returns>
    Task<IReadOnlyList<DockerContainer>> ListContainersAsync(IReadOnlyList<string> labels, CancellationToken cancellationToken);

    /// <summary>Looks at one container.</summary>
    /// <param name="container">The container.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>All about it.</returns>
    Task<DockerContainerDetail> InspectContainerAsync(string container, CancellationToken cancellationToken);

    /// <summary>Starts a container.</summary>
    /// <param name="container">The container.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False where it ran already.</returns>
    Task<bool> StartAsync(string container, CancellationToken cancellationToken);

    /// <summary>Stops a container.</summary>
    /// <param name="container">The container.</param>
    /// <param name="grace">How long it may take before it is killed; its own time (10 s mostly) without it.</param>
    /// <param name="cancellationToken">Ends the call; the engine goes on.</param>
    /// <returns>False where it did not run.</returns>
    Task<bool> StopAsync(string container, TimeSpan? grace, CancellationToken cancellationToken);

    /// <summary>Stops and starts a container.</summary>
    /// <param name="container">The container.</param>
    /// <param name="grace">How long stopping may take before it is killed; its own time without it.</param>
    /// <param name="cancellationToken">Ends the call; the engine goes on.</param>
    /// <returns>The running work.</returns>
    Task RestartAsync(string container, TimeSpan? grace, CancellationToken cancellationToken);

    /// <summary>Sends a signal to a container's first process.</summary>
    /// <param name="container">The container.</param>
    /// <param name="signal"><c>SIGKILL</c>, <c>SIGHUP</c>, …</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The running work.</returns>
    Task KillAsync(string container, string signal, CancellationToken cancellationToken);

    /// <summary>Gives a container another name.</summary>
    /// <param name="container">The container.</param>
    /// <param name="name">The new name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The running work.</returns>
    Task RenameAsync(string container, string name, CancellationToken cancellationToken);

    /// <summary>Changes what a container may use, while it runs. Compose forgets it when it makes the container anew.</summary>
    /// <param name="container">The container.</param>
    /// <param name="limits">What it may use.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The running work.</returns>
    Task UpdateAsync(string container, DockerLimits limits, CancellationToken cancellationToken);

    /// <summary>Waits until a container does not run.</summary>
    /// <param name="container">The container.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its exit code.</returns>
    Task<int> WaitAsync(string container, CancellationToken cancellationToken);

    /// <summary>Looks at a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The network and the running containers in it.</returns>
    Task<DockerNetwork> InspectNetworkAsync(string network, CancellationToken cancellationToken);

    /// <summary>Puts a container into a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="container">The container.</param>
    /// <param name="aliases">The names under which others find it there.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The running work.</returns>
    Task ConnectAsync(string network, string container, IReadOnlyList<string> aliases, CancellationToken cancellationToken);

    /// <summary>Takes a container out of a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="container">The container.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The running work.</returns>
    Task DisconnectAsync(string network, string container, CancellationToken cancellationToken);

    /// <summary>Looks at an image.</summary>
    /// <param name="image">Name or identifier.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The image.</returns>
    Task<DockerImage> InspectImageAsync(string image, CancellationToken cancellationToken);

    /// <summary>Gives an image a further name.</summary>
    /// <param name="image">Name or identifier.</param>
    /// <param name="repository">The new name without the tag.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The running work.</returns>
    Task TagImageAsync(string image, string repository, string tag, CancellationToken cancellationToken);

    /// <summary>The names that images have in a repository.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The names with their tags, in no order.</returns>
    Task<IReadOnlyList<string>> ListImageNamesAsync(string repository, CancellationToken cancellationToken);

    /// <summary>Takes a name from an image, and the image with its last name, unless a container was made from it.</summary>
    /// <param name="name">The name with its tag.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The running work.</returns>
    Task RemoveImageNameAsync(string name, CancellationToken cancellationToken);

    /// <summary>What the engine did, in the order of time. The engine remembers its last 256 events.</summary>
    /// <param name="query">Which events.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The events as they come.</returns>
    IAsyncEnumerable<DockerEvent> ReadEventsAsync(DockerEventQuery query, CancellationToken cancellationToken);

    /// <summary>Measures containers, all at once, by two readings each.</summary>
    /// <param name="containers">The containers.</param>
    /// <param name="interval">The time between the two readings.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>One for each that runs; whichever stopped meanwhile is left out.</returns>
    Task<IReadOnlyList<DockerUsage>> GetUsageAsync(IReadOnlyList<string> containers, TimeSpan interval, CancellationToken cancellationToken);

    /// <summary>The lines of a container's log in the order of time; with <see cref="LogQuery.Follow"/> until it stops.</summary>
    /// <param name="container">The container.</param>
    /// <param name="query">Which lines.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The lines as they come.</returns>
    IAsyncEnumerable<LogLine> ReadLogAsync(string container, LogQuery query, CancellationToken cancellationToken);

    /// <summary>Runs a program within a container. Cancelled, it lets go of the program, which ends when it writes or reads next.</summary>
    /// <param name="container">The container.</param>
    /// <param name="command">The program.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Its exit code.</returns>
    Task<int> ExecuteAsync(string container, ServiceCommand command, CancellationToken cancellationToken);
}
