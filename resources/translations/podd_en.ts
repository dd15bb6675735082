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
    <name>CanvasOverlays</name>
    <message numerus="yes">
        <source>%n patch(es) · sampled %.2f times per inner step</source>
        <translation>
            <numerusform>%Ln patch · sampled %.2f times per inner step</numerusform>
            <numerusform>%Ln patches · sampled %.2f times per inner step</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DataPanel</name>
    <message numerus="yes">
        <source>&lt;b&gt;%n&lt;/b&gt; class(es)</source>
        <translation>
            <numerusform>&lt;b&gt;%Ln&lt;/b&gt; class</numerusform>
            <numerusform>&lt;b&gt;%Ln&lt;/b&gt; classes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&lt;b&gt;%n&lt;/b&gt; test image(s)</source>
        <translation>
            <numerusform>&lt;b&gt;%Ln&lt;/b&gt; test image</numerusform>
            <numerusform>&lt;b&gt;%Ln&lt;/b&gt; test images</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&lt;b&gt;%n&lt;/b&gt; training image(s)</source>
        <translation>
            <numerusform>&lt;b&gt;%Ln&lt;/b&gt; training image</numerusform>
            <numerusform>&lt;b&gt;%Ln&lt;/b&gt; training images</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DatasetCard</name>
    <message numerus="yes">
        <source>%n class(es)</source>
        <translation>
            <numerusform>%Ln class</numerusform>
            <numerusform>%Ln classes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DraftBar</name>
    <message numerus="yes">
        <source>%n setting(s) differ from %s</source>
        <translation>
            <numerusform>%Ln setting differs from %s</numerusform>
            <numerusform>%Ln settings differ from %s</numerusform>
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
    <name>ExportItemList</name>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%Ln file</numerusform>
            <numerusform>%Ln files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ExportPanel</name>
    <message numerus="yes">
        <source>%n class(es)</source>
        <translation>
            <numerusform>%Ln class</numerusform>
            <numerusform>%Ln classes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) written (%s)</source>
        <translation>
            <numerusform>%Ln file written (%s)</numerusform>
            <numerusform>%Ln files written (%s)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s), about %s</source>
        <translation>
            <numerusform>%Ln file, about %s</numerusform>
            <numerusform>%Ln files, about %s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n patch(es)</source>
        <translation>
            <numerusform>%Ln patch</numerusform>
            <numerusform>%Ln patches</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%s of %n file(s)</source>
        <translation>
            <numerusform>%s of %Ln file</numerusform>
            <numerusform>%s of %Ln files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ExportPreview</name>
    <message numerus="yes">
        <source>%n class(es)</source>
        <translation>
            <numerusform>%Ln class</numerusform>
            <numerusform>%Ln classes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n patch(es)</source>
        <translation>
            <numerusform>%Ln patch</numerusform>
            <numerusform>%Ln patches</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message numerus="yes">
        <source>%n run(s)</source>
        <translation>
            <numerusform>%Ln run</numerusform>
            <numerusform>%Ln runs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%s of %n run(s)</source>
        <translation>
            <numerusform>%s of %Ln run</numerusform>
            <numerusform>%s of %Ln runs</numerusform>
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
    <name>Gallery</name>
    <message numerus="yes">
        <source>%s, %n image(s)</source>
        <translation>
            <numerusform>%s, %Ln image</numerusform>
            <numerusform>%s, %Ln images</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Class %d of %d: %s, %n image(s)</source>
        <translation>
            <numerusform>Class %d of %d: %s, %Ln image</numerusform>
            <numerusform>Class %d of %d: %s, %Ln images</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GalleryView</name>
    <message numerus="yes">
        <source>%n image(s)</source>
        <translation>
            <numerusform>%Ln image</numerusform>
            <numerusform>%Ln images</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImagesView</name>
    <message numerus="yes">
        <source>%s · %n image(s)</source>
        <translation>
            <numerusform>%s · %Ln image</numerusform>
            <numerusform>%s · %Ln images</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message numerus="yes">
        <source>Mean of %n network(s) after %s training steps, evaluated at step %s.</source>
        <translation>
            <numerusform>Mean of %Ln network after %s training steps, evaluated at step %s.</numerusform>
            <numerusform>Mean of %Ln networks after %s training steps, evaluated at step %s.</numerusform>
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
    <name>Library</name>
    <message numerus="yes">
        <source>%n step(s)</source>
        <translation>
            <numerusform>%Ln step</numerusform>
            <numerusform>%Ln steps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LibraryPage</name>
    <message numerus="yes">
        <source>Moved %n run(s) to %s</source>
        <translation>
            <numerusform>Moved %Ln run to %s</numerusform>
            <numerusform>Moved %Ln runs to %s</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PasteCard</name>
    <message numerus="yes">
        <source>%n flag(s) ignored, without effect on the result: %s</source>
        <translation>
            <numerusform>%Ln flag ignored, without effect on the result: %s</numerusform>
            <numerusform>%Ln flags ignored, without effect on the result: %s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n flag(s) imported</source>
        <translation>
            <numerusform>%Ln flag imported</numerusform>
            <numerusform>%Ln flags imported</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n published default(s) used: %s</source>
        <translation>
            <numerusform>%Ln published default used: %s</numerusform>
            <numerusform>%Ln published defaults used: %s</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PatchPage</name>
    <message numerus="yes">
        <source>Overlaps &lt;b&gt;%n&lt;/b&gt; other patch(es)</source>
        <translation>
            <numerusform>Overlaps &lt;b&gt;%Ln&lt;/b&gt; other patch</numerusform>
            <numerusform>Overlaps &lt;b&gt;%Ln&lt;/b&gt; other patches</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PosterDragTool</name>
    <message numerus="yes">
        <source>%n class region(s) of %d px</source>
        <translation>
            <numerusform>%Ln class region of %d px</numerusform>
            <numerusform>%Ln class regions of %d px</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunPanel</name>
    <message numerus="yes">
        <source>%n class(es)</source>
        <translation>
            <numerusform>%Ln class</numerusform>
            <numerusform>%Ln classes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&lt;b&gt;%s&lt;/b&gt; test accuracy (%n network(s))</source>
        <translation>
            <numerusform>&lt;b&gt;%s&lt;/b&gt; test accuracy (%Ln network)</numerusform>
            <numerusform>&lt;b&gt;%s&lt;/b&gt; test accuracy (%Ln networks)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message numerus="yes">
        <source>%n modified setting(s)</source>
        <translation>
            <numerusform>%Ln modified setting</numerusform>
            <numerusform>%Ln modified settings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TrashQuestion</name>
    <message numerus="yes">
        <source>Move %n run(s) to the %s with all files? You can restore the files from there.</source>
        <translation>
            <numerusform>Move %Ln run to the %s with all files? You can restore the files from there.</numerusform>
            <numerusform>Move %Ln runs to the %s with all files? You can restore the files from there.</numerusform>
        </translation>
    </message>
</context>
</TS>
