using System.Text.Json.Nodes;
using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Health;

public class GetCivicQHostResourceTests(LabFixture lab) : CmdletTests(lab)
{
    [Fact]
    public void The_machine_has_processors_memory_and_disks()
    {
        var resources = Succeed("Get-CivicQHostResource -SampleMilliseconds 50");
        Assert.Superset(new HashSet<string>(StringComparer.Ordinal) { "Cpu", "Memory", "Disk", "Load", "Uptime" }, All(resources, "Resource").ToHashSet(StringComparer.Ordinal));
        Assert.All(resources.Where(one => one.Text("Resource") is "Cpu" or "Memory" or "Disk"), one => Assert.InRange((double)one.Get("UsedRatio")!, 0, 1));
    }

    [Fact]
    public void Kinds_and_paths_are_chosen()
    {
        Assert.Equal(["Memory"], All(Succeed("Get-CivicQHostResource Memory -SampleMilliseconds 10"), "Resource"));
        Assert.Equal(["Cpu", "Memory"], All(Succeed("Get-CivicQHostResource -Resource Memory, Cpu -SampleMilliseconds 10"), "Resource").Order(StringComparer.Ordinal));
        Assert.Single(Succeed($"Get-CivicQHostResource Disk -Path '{Suite.Root}', '{Suite.Root}' -SampleMilliseconds 10"));
        Assert.Single(Succeed("Get-CivicQHostResource Disk -SampleMilliseconds 10", [new DirectoryInfo(Suite.Root)]));
        Assert.Equal(["HostPathNotFound"], Ids(Invoke("Get-CivicQHostResource -Path /no/such/folder -SampleMilliseconds 10")));
        Assert.Equal(["CannotConvertArgumentNoMessage"], Ids(Invoke("Get-CivicQHostResource Gpu")));
        Assert.Equal(["ParameterArgumentValidationError"], Ids(Invoke("Get-CivicQHostResource -SampleMilliseconds 1")));
    }

    [Fact]
    public void The_limits_are_the_environments()
    {
        using var file = new EnvironmentsFile(("tight", new JsonObject { ["thresholds"] = new JsonObject { ["Host.Disk"] = LabParts.Limits(0) } }), ("calm", LabParts.Calm()));
        var disks = Succeed("Get-CivicQHostResource Disk -Environment tight, calm -SampleMilliseconds 10");
        Assert.All(disks, disk => Assert.Equal(disk.Text("Environment") == "tight" ? "Unhealthy" : "Healthy", disk.Text("Status")));
        Assert.Equal(2, All(disks, "Environment").Distinct().Count());
        Assert.Equal(["tight"], All(Succeed("Get-CivicQHostResource Disk -Environment tight, calm -SampleMilliseconds 10 | Where-Object Status -eq Unhealthy"), "Environment").Distinct());
    }
}
