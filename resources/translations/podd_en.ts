<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en_US">
<context>
    <name>Announcer</name>
    <message numerus="yes">
        <source>Run finished after %n step(s)</source>
        <translation>
            <numerusform>Run finished after %Ln step</numerusform>
            <numerusform>Run finished after %Ln steps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>EstimateLabel</name>
    <message numerus="yes">
        <source>%n evaluation(s), %s each</source>
        <translation>
            <numerusform>%Ln evaluation, %s each</numerusform>
            <numerusform>%Ln evaluations, %s each</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Formatting</name>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%Ln day</numerusform>
            <numerusform>%Ln days</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>InterruptedRunsBar</name>
    <message numerus="yes">
        <source>%n run(s) were interrupted. Latest: %s, after step %s of %s.</source>
        <translation>
            <numerusform>%Ln run was interrupted. Latest: %s, after step %s of %s.</numerusform>
            <numerusform>%Ln runs were interrupted. Latest: %s, after step %s of %s.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LabelCellsNotice</name>
    <message numerus="yes">
        <source>%n of %s classes starts/start without a label: %s.</source>
        <translation>
            <numerusform>%Ln of %s classes starts without a label: %s.</numerusform>
            <numerusform>%Ln of %s classes start without a label: %s.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%s and %n more</source>
        <translation>
            <numerusform>%s and %Ln more</numerusform>
            <numerusform>%s and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message numerus="yes">
        <source>%n setting(s) differ from %s</source>
        <translation>
            <numerusform>%Ln setting differs from %s</numerusform>
            <numerusform>%Ln settings differ from %s</numerusform>
        </translation>
    </message>
</context>
</TS>
