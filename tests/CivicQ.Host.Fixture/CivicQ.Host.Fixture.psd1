@{
    RootModule        = 'CivicQ.Host.Fixture.dll'
    ModuleVersion     = '1.2.3'
    GUID              = '3fd8a2cb-3c1a-4d12-8a35-5a0a6c0d5b10'
    CmdletsToExport   = @(
        'Get-FixtureBound', 'Get-FixtureSet', 'Get-FixtureEither', 'Get-FixtureMandatory', 'Read-FixtureInput', 'Read-FixtureMandatory'
        'Write-FixtureNumber', 'New-FixtureItem', 'Write-FixtureError', 'Remove-FixtureThing', 'Set-FixtureThing', 'Wait-Fixture', 'Write-FixtureStream'
        'Get-FixtureRunspace', 'Write-FixtureElsewhere'
    )
    FunctionsToExport = @()
    AliasesToExport   = @()
}
