namespace CivicQ.Ops.Tests.Drills.Services;

/// <summary>The lab with services on the tests' Docker engine.</summary>
public sealed class ComposeDrillLab : ServiceDrillLab
{
    /// <summary>Runs the docker CLI.</summary>
    public static async Task<string> DockerAsync(params IReadOnlyList<string> arguments) => await (await DockerLab.GetAsync()).DockerAsync(arguments);

    /// <inheritdoc/>
    private protected override async Task<string> WhereAsync() => $"-DockerHost '{(await DockerLab.GetAsync()).Host}'";
}
