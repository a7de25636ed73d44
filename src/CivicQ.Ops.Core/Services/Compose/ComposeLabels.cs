namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>The labels that Compose writes on its containers.</summary>
internal static class ComposeLabels
{
    public const string Project = "com.docker.compose.project";
    public const string Service = "com.docker.compose.service";
    public const string Number = "com.docker.compose.container-number";
    public const string OneOff = "com.docker.compose.oneoff";
    public const string Files = "com.docker.compose.project.config_files";
    public const string DependsOn = "com.docker.compose.depends_on";
    public const string Folder = "com.docker.compose.project.working_dir";
}
