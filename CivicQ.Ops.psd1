@{
    RootModule             = 'bin/CivicQ.Ops.dll'
    NestedModules          = @('bin/CivicQ.Ops.Loader.dll')
    ModuleVersion          = '0.1.0'
    GUID                   = '5b0f6b6c-9d0e-4a2f-8f52-3f1c1f7a2d11'
    Author                 = 'The CivicQ.Ops contributors'
    CompanyName            = 'CivicQ'
    Copyright              = '(c) 2026 the CivicQ.Ops contributors. MIT licence.'
    Description            = "CivicQ's operations runbook and manual as cmdlets: health, diagnosis, maintenance, recovery."
    PowerShellVersion      = '7.4'
    CompatiblePSEditions   = @('Core')
    FormatsToProcess       = @(
        'bin/Certificates.format.ps1xml'
        'bin/Database.format.ps1xml'
        'bin/DatabaseMaintenance.format.ps1xml'
        'bin/DatabasePools.format.ps1xml'
        'bin/Drills.format.ps1xml'
        'bin/Environments.format.ps1xml'
        'bin/Health.format.ps1xml'
        'bin/Journal.format.ps1xml'
        'bin/Lab.format.ps1xml'
        'bin/Metrics.format.ps1xml'
        'bin/Web.format.ps1xml'
    )
    CmdletsToExport        = @(
        'Connect-CivicQ'
        'Disconnect-CivicQ'
        'Get-CivicQCertificate'
        'Get-CivicQConnectionPool'
        'Get-CivicQDatabaseLock'
        'Get-CivicQDatabaseSession'
        'Get-CivicQDatabaseStatistic'
        'Get-CivicQDrill'
        'Get-CivicQEnvironment'
        'Get-CivicQHealth'
        'Get-CivicQHostResource'
        'Get-CivicQJournal'
        'Get-CivicQLab'
        'Get-CivicQMetric'
        'Get-CivicQMigration'
        'Get-CivicQReplication'
        'Get-CivicQSlowQuery'
        'Get-CivicQTableBloat'
        'Get-CivicQTableSize'
        'Invoke-CivicQDailyCheck'
        'Invoke-CivicQQuery'
        'Invoke-CivicQReindex'
        'Invoke-CivicQVacuum'
        'New-CivicQDatabaseIndex'
        'Register-CivicQEnvironment'
        'Resume-CivicQDatabaseWrite'
        'Start-CivicQDrill'
        'Start-CivicQLab'
        'Stop-CivicQDatabaseSession'
        'Stop-CivicQDrill'
        'Stop-CivicQLab'
        'Suspend-CivicQDatabaseWrite'
        'Test-CivicQCertificate'
        'Test-CivicQEndpoint'
        'Test-CivicQEnvironment'
        'Test-CivicQJournal'
        'Undo-CivicQMigration'
        'Unregister-CivicQEnvironment'
        'Update-CivicQMigration'
        'Update-CivicQStatistics'
        'Wait-CivicQHealth'
    )
    FunctionsToExport      = @()
    VariablesToExport      = @()
    AliasesToExport        = @()
    PrivateData            = @{
        PSData = @{
            Tags         = @('PostgreSQL', 'Redis', 'Kubernetes', 'Docker', 'Operations', 'SRE', 'Runbook', 'PSEdition_Core', 'Linux', 'Windows', 'MacOS')
            LicenseUri   = 'https://opensource.org/license/mit'
            ReleaseNotes = 'See CHANGELOG.md.'
        }
    }
}
