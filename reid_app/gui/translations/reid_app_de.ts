<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
  <context>
    <name>Action</name>
    <message>
        <location filename="../model/actions.py" line="105" />
        <source>One camera</source>
        <translation>Eine Kamera</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="106" />
        <source>2 x 2 cameras</source>
        <translation>2 x 2 Kameras</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="107" />
        <source>3 x 3 cameras</source>
        <translation>3 x 3 Kameras</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="108" />
        <source>4 x 4 cameras</source>
        <translation>4 x 4 Kameras</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="112" />
        <source>One big camera and a strip</source>
        <translation>Eine große Kamera und eine Leiste</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="114" />
        <source>1 + strip</source>
        <translation>1 + Leiste</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="116" />
        <source>Next page of cameras</source>
        <translation>Nächste Seite mit Kameras</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="117" />
        <source>Previous page of cameras</source>
        <translation>Vorige Seite mit Kameras</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="121" />
        <source>Go to the camera whose number was typed</source>
        <translation>Zur Kamera mit der getippten Nummer</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="126" />
        <source>Enlarge the selected camera</source>
        <translation>Gewählte Kamera vergrößern</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="127" />
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="128" />
        <source>Select the camera to the left</source>
        <translation>Kamera links wählen</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="129" />
        <source>Select the camera to the right</source>
        <translation>Kamera rechts wählen</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="130" />
        <source>Select the camera above</source>
        <translation>Kamera darüber wählen</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="131" />
        <source>Select the camera below</source>
        <translation>Kamera darunter wählen</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="135" />
        <source>Move the selected camera forward</source>
        <translation>Gewählte Kamera nach vorn rücken</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="142" />
        <source>Move the selected camera back</source>
        <translation>Gewählte Kamera nach hinten rücken</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="149" />
        <source>Spot tile that follows the target</source>
        <translation>Kachel, die der Zielperson folgt</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="152" />
        <source>Spot</source>
        <translation>Spot</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="160" />
        <location filename="../model/actions.py" line="157" />
        <source>Full screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="162" />
        <source>Save this view under a name...</source>
        <translation>Diese Ansicht unter einem Namen speichern ...</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="163" />
        <source>Next saved view</source>
        <translation>Nächste gespeicherte Ansicht</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="164" />
        <source>Larger text</source>
        <translation>Größere Schrift</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="165" />
        <source>Smaller text</source>
        <translation>Kleinere Schrift</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="166" />
        <source>Next person in the selected camera</source>
        <translation>Nächste Person in der gewählten Kamera</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="167" />
        <source>Previous person in the selected camera</source>
        <translation>Vorige Person in der gewählten Kamera</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="168" />
        <source>Track the selected person</source>
        <translation>Gewählte Person verfolgen</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="169" />
        <source>Show landmarks</source>
        <translation>Körperpunkte zeigen</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="170" />
        <source>Show part boxes</source>
        <translation>Körperteile zeigen</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="171" />
        <source>Go to the camera where the target is</source>
        <translation>Zur Kamera, in der die Zielperson ist</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="172" />
        <source>Next target</source>
        <translation>Nächste Zielperson</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="173" />
        <source>Stop tracking the target</source>
        <translation>Zielperson nicht mehr verfolgen</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="174" />
        <source>The first candidate is the same person (merge)</source>
        <translation>Der erste Kandidat ist dieselbe Person (zusammenführen)</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="176" />
        <source>Split the ticked stretches off as another person</source>
        <translation>Angehakte Abschnitte als andere Person abtrennen</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="178" />
        <source>Name the target...</source>
        <translation>Zielperson benennen ...</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="179" />
        <source>Note and tags of the target...</source>
        <translation>Notiz und Stichwörter der Zielperson ...</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="180" />
        <source>Take back my last action</source>
        <translation>Meine letzte Handlung zurücknehmen</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="181" />
        <source>Export the target...</source>
        <translation>Zielperson exportieren ...</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="182" />
        <source>Put the target on the watch list...</source>
        <translation>Zielperson auf die Suchliste setzen ...</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="186" />
        <source>Pause the selected camera, play and pause a moment</source>
        <translation>Gewählte Kamera anhalten, Aufnahme abspielen und anhalten</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="189" />
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="191" />
        <source>One frame back</source>
        <translation>Ein Bild zurück</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="192" />
        <source>One frame on</source>
        <translation>Ein Bild weiter</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="193" />
        <source>Five seconds back</source>
        <translation>Fünf Sekunden zurück</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="194" />
        <source>Five seconds on</source>
        <translation>Fünf Sekunden weiter</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="195" />
        <source>Search for the selected person of the picture</source>
        <translation>Nach der gewählten Person des Bildes suchen</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="196" />
        <source>Timeline: closer</source>
        <translation>Zeitleiste: näher</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="197" />
        <source>Timeline: wider</source>
        <translation>Zeitleiste: weiter</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="198" />
        <source>Timeline: earlier</source>
        <translation>Zeitleiste: früher</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="199" />
        <source>Timeline: later</source>
        <translation>Zeitleiste: später</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="200" />
        <source>Timeline: follow the present</source>
        <translation>Zeitleiste: der Gegenwart folgen</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="202" />
        <source>Play the target's latest stretch</source>
        <translation>Letzten Abschnitt der Zielperson abspielen</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="204" />
        <source>Same person</source>
        <translation>Dieselbe Person</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="205" />
        <source>Different people</source>
        <translation>Verschiedene Personen</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="206" />
        <source>Decide later</source>
        <translation>Später entscheiden</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="213" />
        <location filename="../model/actions.py" line="210" />
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="215" />
        <source>Target panel</source>
        <translation>Zielperson</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="216" />
        <source>Decide</source>
        <translation>Entscheiden</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="217" />
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="218" />
        <source>Watch list and alarms</source>
        <translation>Suchliste und Alarme</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="219" />
        <source>Timeline</source>
        <translation>Zeitleiste</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="220" />
        <source>Messages</source>
        <translation>Meldungen</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="221" />
        <source>What operators did</source>
        <translation>Was Bediener taten</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="222" />
        <source>Acknowledge the newest open alarm</source>
        <translation>Neuesten offenen Alarm übernehmen</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="226" />
        <source>Set up cameras and settings...</source>
        <translation>Kameras und Einstellungen einrichten ...</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="228" />
        <source>Set-up</source>
        <translation>Einrichten</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="230" />
        <source>Operator's name...</source>
        <translation>Name des Bedieners ...</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="231" />
        <source>Close the window</source>
        <translation>Fenster schließen</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="266" />
        <source>Camera numbers</source>
        <translation>Kameranummern</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="286" />
        <source>{0} already belongs to “{1}”; choose another key</source>
        <translation>{0} gehört schon zu „{1}“; eine andere Taste wählen</translation>
    </message>
</context><context>
    <name>CameraState</name>
    <message>
        <location filename="../model/looks.py" line="88" />
        <source>Connecting</source>
        <translation>Verbindet</translation>
    </message>
    <message>
        <location filename="../model/looks.py" line="89" />
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <location filename="../model/looks.py" line="90" />
        <source>Stale</source>
        <translation>Veraltet</translation>
    </message>
    <message>
        <location filename="../model/looks.py" line="91" />
        <source>Offline</source>
        <translation>Getrennt</translation>
    </message>
    <message>
        <location filename="../model/looks.py" line="92" />
        <source>Ended</source>
        <translation>Zu Ende</translation>
    </message>
    <message>
        <location filename="../model/looks.py" line="93" />
        <source>Failed</source>
        <translation>Ausgefallen</translation>
    </message>
</context><context>
    <name>CheatSheet</name>
    <message>
        <location filename="../cheat_sheet.py" line="53" />
        <location filename="../cheat_sheet.py" line="45" />
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <location filename="../cheat_sheet.py" line="48" />
        <source>Find an action or a key</source>
        <translation>Handlung oder Taste finden</translation>
    </message>
    <message>
        <location filename="../cheat_sheet.py" line="52" />
        <source>Actions and their keys</source>
        <translation>Handlungen und ihre Tasten</translation>
    </message>
    <message>
        <location filename="../cheat_sheet.py" line="53" />
        <source>Action</source>
        <translation>Handlung</translation>
    </message>
    <message>
        <location filename="../cheat_sheet.py" line="57" />
        <source>New key</source>
        <translation>Neue Taste</translation>
    </message>
    <message>
        <location filename="../cheat_sheet.py" line="58" />
        <source>Use this key</source>
        <translation>Diese Taste nehmen</translation>
    </message>
    <message>
        <location filename="../cheat_sheet.py" line="60" />
        <source>Default keys</source>
        <translation>Übliche Tasten</translation>
    </message>
    <message>
        <location filename="../cheat_sheet.py" line="64" />
        <source>New key:</source>
        <translation>Neue Taste:</translation>
    </message>
    <message>
        <location filename="../cheat_sheet.py" line="73" />
        <source>A camera: type its number, then Enter. Mouse: click a person to track, double-click a camera to enlarge it, drag it to another place.</source>
        <translation>Eine Kamera: ihre Nummer tippen, dann Enter. Maus: eine Person anklicken, um sie zu verfolgen; eine Kamera doppelt anklicken, um sie zu vergrößern; sie an einen anderen Platz ziehen.</translation>
    </message>
</context><context>
    <name>Decide</name>
    <message>
        <location filename="../decide_panel.py" line="41" />
        <source>The person in question</source>
        <translation>Die fragliche Person</translation>
    </message>
    <message>
        <location filename="../decide_panel.py" line="42" />
        <source>The person that it may be</source>
        <translation>Die Person, die es sein kann</translation>
    </message>
    <message>
        <location filename="../decide_panel.py" line="53" />
        <source>Reason (may be empty; kept with the answer)</source>
        <translation>Grund (darf leer sein; wird mit der Antwort aufbewahrt)</translation>
    </message>
    <message>
        <location filename="../decide_panel.py" line="54" />
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <location filename="../decide_panel.py" line="58" />
        <source>Same person</source>
        <translation>Dieselbe Person</translation>
    </message>
    <message>
        <location filename="../decide_panel.py" line="59" />
        <source>Different people</source>
        <translation>Verschiedene Personen</translation>
    </message>
    <message>
        <location filename="../decide_panel.py" line="60" />
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <location filename="../decide_panel.py" line="68" />
        <source>Nothing to decide.

When the application is not sure who somebody is, it asks here.</source>
        <translation>Nichts zu entscheiden.

Wenn nicht sicher ist, wer jemand ist, wird hier gefragt.</translation>
    </message>
    <message>
        <location filename="../decide_panel.py" line="115" />
        <source>{0} is {1} ({undo} takes it back)</source>
        <translation>{0} ist {1} ({undo} nimmt es zurück)</translation>
    </message>
    <message>
        <location filename="../decide_panel.py" line="117" />
        <source>{0} is not {1} ({undo} takes it back)</source>
        <translation>{0} ist nicht {1} ({undo} nimmt es zurück)</translation>
    </message>
    <message>
        <location filename="../decide_panel.py" line="152" />
        <source>{0}, {1}
(person {2} for now)</source>
        <translation>{0}, {1}
(vorerst Person {2})</translation>
    </message>
    <message>
        <location filename="../decide_panel.py" line="156" />
        <source>Person {0}</source>
        <translation>Person {0}</translation>
    </message>
    <message>
        <location filename="../decide_panel.py" line="157" />
        <source>The same person: {0} (score {1:.2f}).</source>
        <translation>Dieselbe Person: {0} (Wert {1:.2f}).</translation>
    </message>
    <message>
        <location filename="../decide_panel.py" line="161" />
        <source>Next most alike: person {0} (score {1:.2f}).</source>
        <translation>Am nächstähnlichsten: Person {0} (Wert {1:.2f}).</translation>
    </message>
    <message>
        <location filename="../decide_panel.py" line="167" />
        <source>Is this the same person?  {0} waiting</source>
        <translation>Ist das dieselbe Person?  {0} offen</translation>
    </message>
</context><context>
    <name>Desk</name>
    <message>
        <location filename="../desk.py" line="129" />
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <location filename="../desk.py" line="139" />
        <source>Export of {0}</source>
        <translation>Export von {0}</translation>
    </message>
</context><context>
    <name>Export</name>
    <message>
        <location filename="../export_dialog.py" line="47" />
        <source>Export of person {0}</source>
        <translation>Export von Person {0}</translation>
    </message>
    <message>
        <location filename="../export_dialog.py" line="156" />
        <location filename="../export_dialog.py" line="52" />
        <source>Folder to write into</source>
        <translation>Ordner, in den geschrieben wird</translation>
    </message>
    <message>
        <location filename="../export_dialog.py" line="53" />
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <location filename="../export_dialog.py" line="55" />
        <source>Choose...</source>
        <translation>Wählen ...</translation>
    </message>
    <message>
        <location filename="../export_dialog.py" line="61" />
        <source>Files that will be written</source>
        <translation>Dateien, die geschrieben werden</translation>
    </message>
    <message>
        <location filename="../export_dialog.py" line="64" />
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <location filename="../export_dialog.py" line="64" />
        <source>What is in it</source>
        <translation>Inhalt</translation>
    </message>
    <message>
        <location filename="../export_dialog.py" line="64" />
        <source>Entries</source>
        <translation>Einträge</translation>
    </message>
    <message>
        <location filename="../export_dialog.py" line="67" />
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <location filename="../export_dialog.py" line="70" />
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <location filename="../export_dialog.py" line="78" />
        <source>What of person {0}?</source>
        <translation>Was von Person {0}?</translation>
    </message>
    <message>
        <location filename="../export_dialog.py" line="80" />
        <source>Where to?</source>
        <translation>Wohin?</translation>
    </message>
    <message>
        <location filename="../export_dialog.py" line="82" />
        <source>This leaves the machine:</source>
        <translation>Das verlässt den Rechner:</translation>
    </message>
    <message>
        <location filename="../export_dialog.py" line="111" />
        <source>Writing...</source>
        <translation>Schreibt ...</translation>
    </message>
    <message>
        <location filename="../export_dialog.py" line="144" />
        <source>Tick what to export.</source>
        <translation>Anhaken, was exportiert werden soll.</translation>
    </message>
    <message>
        <location filename="../export_dialog.py" line="146" />
        <source>Choose a folder.</source>
        <translation>Einen Ordner wählen.</translation>
    </message>
    <message>
        <location filename="../export_dialog.py" line="148" />
        <source>There is no such folder.</source>
        <translation>Diesen Ordner gibt es nicht.</translation>
    </message>
    <message>
        <location filename="../export_dialog.py" line="163" />
        <source>{0} files written.</source>
        <translation>{0} Dateien geschrieben.</translation>
    </message>
</context><context>
    <name>Group</name>
    <message>
        <location filename="../model/actions.py" line="21" />
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="22" />
        <source>People</source>
        <translation>Personen</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="23" />
        <source>Target</source>
        <translation>Zielperson</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="24" />
        <source>Recorded moment</source>
        <translation>Aufnahme</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="25" />
        <source>Decide</source>
        <translation>Entscheiden</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="26" />
        <source>Panels</source>
        <translation>Felder</translation>
    </message>
    <message>
        <location filename="../model/actions.py" line="27" />
        <source>Site</source>
        <translation>Standort</translation>
    </message>
</context><context>
    <name>Likelihood</name>
    <message>
        <location filename="../model/looks.py" line="66" />
        <source>certain</source>
        <translation>sicher</translation>
    </message>
    <message>
        <location filename="../model/looks.py" line="67" />
        <source>likely</source>
        <translation>wahrscheinlich</translation>
    </message>
    <message>
        <location filename="../model/looks.py" line="68" />
        <source>possible</source>
        <translation>möglich</translation>
    </message>
    <message>
        <location filename="../model/looks.py" line="69" />
        <source>unlikely</source>
        <translation>unwahrscheinlich</translation>
    </message>
</context><context>
    <name>Log</name>
    <message>
        <location filename="../panels.py" line="54" />
        <source>What operators did, newest first</source>
        <translation>Was Bediener taten, Neuestes zuerst</translation>
    </message>
    <message>
        <location filename="../panels.py" line="57" />
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <location filename="../panels.py" line="58" />
        <source>Operator</source>
        <translation>Bediener</translation>
    </message>
    <message>
        <location filename="../panels.py" line="59" />
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <location filename="../panels.py" line="60" />
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <location filename="../panels.py" line="64" />
        <source>Take back my last action</source>
        <translation>Meine letzte Handlung zurücknehmen</translation>
    </message>
    <message>
        <location filename="../panels.py" line="79" />
        <source>{0} (taken back)</source>
        <translation>{0} (zurückgenommen)</translation>
    </message>
</context><context>
    <name>Moment</name>
    <message>
        <location filename="../moment.py" line="156" />
        <source>Back to live</source>
        <translation>Zurück zu Live</translation>
    </message>
    <message>
        <location filename="../moment.py" line="164" />
        <source>−5 s</source>
        <translation>−5 s</translation>
    </message>
    <message>
        <location filename="../moment.py" line="165" />
        <source>Frame back</source>
        <translation>Bild zurück</translation>
    </message>
    <message>
        <location filename="../moment.py" line="167" />
        <source>Frame on</source>
        <translation>Bild vor</translation>
    </message>
    <message>
        <location filename="../moment.py" line="168" />
        <source>+5 s</source>
        <translation>+5 s</translation>
    </message>
    <message>
        <location filename="../moment.py" line="281" />
        <source>No picture is kept for this moment</source>
        <translation>Für diesen Zeitpunkt ist kein Bild aufbewahrt</translation>
    </message>
    <message>
        <location filename="../moment.py" line="294" />
        <source>playing</source>
        <translation>läuft</translation>
    </message>
    <message>
        <location filename="../moment.py" line="294" />
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <location filename="../moment.py" line="296" />
        <source>RECORDED</source>
        <translation>AUFNAHME</translation>
    </message>
    <message>
        <location filename="../moment.py" line="298" />
        <source>Click a person to track; draw a box to search</source>
        <translation>Person anklicken: verfolgen; Rahmen ziehen: suchen</translation>
    </message>
    <message>
        <location filename="../moment.py" line="299" />
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <location filename="../moment.py" line="299" />
        <source>Play</source>
        <translation>Abspielen</translation>
    </message>
</context><context>
    <name>MultiView</name>
    <message>
        <location filename="../multiview.py" line="52" />
        <source>No cameras yet. Press {set_up} to add one.</source>
        <translation>Noch keine Kameras. {set_up} fügt eine hinzu.</translation>
    </message>
    <message>
        <location filename="../multiview.py" line="59" />
        <source>Cameras</source>
        <translation>Kameras</translation>
    </message>
    <message>
        <location filename="../multiview.py" line="231" />
        <source>Camera {0} {1} – Enter to go</source>
        <translation>Kamera {0} {1} – mit Enter hin</translation>
    </message>
    <message>
        <location filename="../multiview.py" line="255" />
        <source>There is no camera {0}; the highest number is {1}</source>
        <translation>Es gibt keine Kamera {0}; die höchste Nummer ist {1}</translation>
    </message>
</context><context>
    <name>Notices</name>
    <message>
        <location filename="../notice_area.py" line="49" />
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <location filename="../notice_area.py" line="51" />
        <source>Acknowledge</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <location filename="../notice_area.py" line="62" />
        <source>All messages</source>
        <translation>Alle Meldungen</translation>
    </message>
    <message>
        <location filename="../notice_area.py" line="157" />
        <source>Messages</source>
        <translation>Meldungen</translation>
    </message>
</context><context>
    <name>Panels</name>
    <message>
        <location filename="../panels.py" line="111" />
        <source>Target</source>
        <translation>Zielperson</translation>
    </message>
    <message>
        <location filename="../reports.py" line="158" />
        <location filename="../panels.py" line="112" />
        <source>Decide</source>
        <translation>Entscheiden</translation>
    </message>
    <message>
        <location filename="../panels.py" line="113" />
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <location filename="../reports.py" line="173" />
        <location filename="../panels.py" line="114" />
        <source>Watch list</source>
        <translation>Suchliste</translation>
    </message>
    <message>
        <location filename="../panels.py" line="115" />
        <source>Timeline</source>
        <translation>Zeitleiste</translation>
    </message>
    <message>
        <location filename="../panels.py" line="116" />
        <source>What operators did</source>
        <translation>Was Bediener taten</translation>
    </message>
</context><context>
    <name>People</name>
    <message>
        <location filename="../search_panel.py" line="188" />
        <location filename="../target_panel.py" line="354" />
        <location filename="../target_panel.py" line="241" />
        <source>Person {0}</source>
        <translation>Person {0}</translation>
    </message>
</context><context>
    <name>Search</name>
    <message>
        <location filename="../search_panel.py" line="124" />
        <location filename="../watch_panel.py" line="261" />
        <source>Pictures (*.png *.jpg *.jpeg *.bmp *.webp)</source>
        <translation>Bilder (*.png *.jpg *.jpeg *.bmp *.webp)</translation>
    </message>
    <message>
        <location filename="../search_panel.py" line="134" />
        <location filename="../watch_panel.py" line="271" />
        <source>{0} is no picture that can be read</source>
        <translation>{0} ist kein lesbares Bild</translation>
    </message>
    <message>
        <location filename="../search_panel.py" line="54" />
        <source>Drop a picture of a person here</source>
        <translation>Bild einer Person hier ablegen</translation>
    </message>
    <message>
        <location filename="../search_panel.py" line="57" />
        <source>Choose a picture...</source>
        <translation>Bild wählen ...</translation>
    </message>
    <message>
        <location filename="../search_panel.py" line="59" />
        <source>Paste</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <location filename="../search_panel.py" line="62" />
        <source>Time span</source>
        <translation>Zeitraum</translation>
    </message>
    <message>
        <location filename="../search_panel.py" line="64" />
        <source>All times</source>
        <translation>Alle Zeiten</translation>
    </message>
    <message>
        <location filename="../search_panel.py" line="65" />
        <source>The last 10 minutes</source>
        <translation>Die letzten 10 Minuten</translation>
    </message>
    <message>
        <location filename="../search_panel.py" line="66" />
        <source>The last hour</source>
        <translation>Die letzte Stunde</translation>
    </message>
    <message>
        <location filename="../search_panel.py" line="67" />
        <source>The last day</source>
        <translation>Der letzte Tag</translation>
    </message>
    <message>
        <location filename="../search_panel.py" line="68" />
        <source>The last week</source>
        <translation>Die letzte Woche</translation>
    </message>
    <message>
        <location filename="../search_panel.py" line="75" />
        <source>Or choose a person in a camera ({next_person}) and press {search_box}; or pause ({pause}) and draw a box.</source>
        <translation>Oder eine Person in einer Kamera wählen ({next_person}) und {search_box} drücken; oder anhalten ({pause}) und einen Rahmen ziehen.</translation>
    </message>
    <message>
        <location filename="../search_panel.py" line="86" />
        <source>People found, most alike first</source>
        <translation>Gefundene Personen, die ähnlichsten zuerst</translation>
    </message>
    <message>
        <location filename="../search_panel.py" line="89" />
        <source>Track this one</source>
        <translation>Diese verfolgen</translation>
    </message>
    <message>
        <location filename="../search_panel.py" line="122" />
        <source>Picture of a person</source>
        <translation>Bild einer Person</translation>
    </message>
    <message>
        <location filename="../search_panel.py" line="145" />
        <source>There is no picture in the clipboard; copy one first</source>
        <translation>In der Zwischenablage ist kein Bild; erst eines kopieren</translation>
    </message>
    <message>
        <location filename="../search_panel.py" line="181" />
        <source>Searching...</source>
        <translation>Sucht ...</translation>
    </message>
    <message>
        <location filename="../search_panel.py" line="190" />
        <source>last seen {0}, {1}</source>
        <translation>zuletzt gesehen {0}, {1}</translation>
    </message>
    <message>
        <location filename="../search_panel.py" line="201" />
        <source>{0} people, the most alike first</source>
        <translation>{0} Personen, die ähnlichsten zuerst</translation>
    </message>
    <message>
        <location filename="../search_panel.py" line="203" />
        <source>Nobody in this time span; choose a longer one</source>
        <translation>Niemand in diesem Zeitraum; einen längeren wählen</translation>
    </message>
</context><context>
    <name>Setup</name>
    <message>
        <location filename="../setup/form.py" line="77" />
        <source>default ({0})</source>
        <translation>üblich ({0})</translation>
    </message>
    <message>
        <location filename="../setup/form.py" line="78" />
        <source>left out</source>
        <translation>weggelassen</translation>
    </message>
    <message>
        <location filename="../setup/form.py" line="148" />
        <source>A list, written as in the site file.</source>
        <translation>Eine Liste, geschrieben wie in der Standortdatei.</translation>
    </message>
    <message>
        <location filename="../setup/form.py" line="156" />
        <source>{0}: {1} is not a number</source>
        <translation>{0}: {1} ist keine Zahl</translation>
    </message>
    <message>
        <location filename="../setup/form.py" line="180" />
        <source>{0}: this cannot be read; brackets or commas are missing</source>
        <translation>{0}: das ist nicht lesbar; Klammern oder Kommas fehlen</translation>
    </message>
    <message>
        <location filename="../setup/dialog.py" line="67" />
        <source>Set-up</source>
        <translation>Einrichten</translation>
    </message>
    <message>
        <location filename="../setup/dialog.py" line="108" />
        <location filename="../setup/dialog.py" line="74" />
        <source>Cameras</source>
        <translation>Kameras</translation>
    </message>
    <message>
        <location filename="../setup/dialog.py" line="76" />
        <source>Site</source>
        <translation>Standort</translation>
    </message>
    <message>
        <location filename="../setup/dialog.py" line="82" />
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <location filename="../setup/dialog.py" line="84" />
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <location filename="../setup/dialog.py" line="92" />
        <source>Cameras change as soon as this is saved, all other settings at the next start.</source>
        <translation>Kameras ändern sich, sobald gespeichert ist, alles andere beim nächsten Start.</translation>
    </message>
    <message>
        <location filename="../setup/dialog.py" line="112" />
        <source>Add a camera</source>
        <translation>Kamera hinzufügen</translation>
    </message>
    <message>
        <location filename="../setup/dialog.py" line="114" />
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <location filename="../setup/dialog.py" line="122" />
        <source>Test this camera</source>
        <translation>Diese Kamera prüfen</translation>
    </message>
    <message>
        <location filename="../setup/dialog.py" line="220" />
        <source>Thresholds: those calibrated for the model are used.</source>
        <translation>Schwellen: Es gelten die für das Modell kalibrierten.</translation>
    </message>
    <message>
        <location filename="../setup/dialog.py" line="227" />
        <source>How often this threshold is wrong is not known for this model.</source>
        <translation>Wie oft diese Schwelle irrt, ist für dieses Modell nicht bekannt.</translation>
    </message>
    <message>
        <location filename="../setup/dialog.py" line="229" />
        <source>With this threshold: about {0:.1f} wrong matches in 1,000.</source>
        <translation>Mit dieser Schwelle: etwa {0:.1f} falsche Treffer von 1000.</translation>
    </message>
    <message>
        <location filename="../setup/dialog.py" line="274" />
        <source>Testing...</source>
        <translation>Prüft ...</translation>
    </message>
    <message>
        <location filename="../setup/dialog.py" line="344" />
        <source>Checking...</source>
        <translation>Prüft ...</translation>
    </message>
    <message>
        <location filename="../setup/saving.py" line="55" />
        <source>Saved, but the running site could not take it over: {0}</source>
        <translation>Gespeichert, doch der laufende Standort konnte es nicht übernehmen: {0}</translation>
    </message>
    <message>
        <location filename="../setup/saving.py" line="66" />
        <source>{0} added</source>
        <translation>{0} hinzugefügt</translation>
    </message>
    <message>
        <location filename="../setup/saving.py" line="67" />
        <source>{0} changed</source>
        <translation>{0} geändert</translation>
    </message>
    <message>
        <location filename="../setup/saving.py" line="68" />
        <source>{0} removed</source>
        <translation>{0} entfernt</translation>
    </message>
    <message>
        <location filename="../setup/saving.py" line="72" />
        <source>Saved.</source>
        <translation>Gespeichert.</translation>
    </message>
    <message>
        <location filename="../setup/saving.py" line="74" />
        <source>Cameras: {0}.</source>
        <translation>Kameras: {0}.</translation>
    </message>
    <message>
        <location filename="../setup/saving.py" line="76" />
        <source>Left as before: {0} ({1}).</source>
        <translation>Unverändert geblieben: {0} ({1}).</translation>
    </message>
    <message>
        <location filename="../setup/saving.py" line="80" />
        <source>Takes effect at the next start: {0}.</source>
        <translation>Wirkt ab dem nächsten Start: {0}.</translation>
    </message>
    <message>
        <location filename="../setup/saving.py" line="82" />
        <source>The site runs by these settings already.</source>
        <translation>Der Standort läuft bereits mit diesen Einstellungen.</translation>
    </message>
    <message>
        <location filename="../setup/mask_canvas.py" line="51" />
        <source>Picture with privacy masks</source>
        <translation>Bild mit Privatzonen</translation>
    </message>
    <message>
        <location filename="../setup/mask_canvas.py" line="209" />
        <source>No picture yet: test the camera. Areas can be drawn all the same.</source>
        <translation>Noch kein Bild: Kamera prüfen. Zonen können trotzdem gezeichnet werden.</translation>
    </message>
    <message>
        <location filename="../setup/mask_editor.py" line="41" />
        <source>Add an area (A)</source>
        <translation>Zone hinzufügen (A)</translation>
    </message>
    <message>
        <location filename="../setup/mask_editor.py" line="42" />
        <source>Add a corner (Ins)</source>
        <translation>Ecke hinzufügen (Einfg)</translation>
    </message>
    <message>
        <location filename="../setup/mask_editor.py" line="43" />
        <source>Delete (Del)</source>
        <translation>Löschen (Entf)</translation>
    </message>
    <message>
        <location filename="../setup/mask_editor.py" line="48" />
        <source>Mouse: drag beside the areas for a new one, drag an area or a corner to move it, double-click an edge for another corner. Keys: N next area, C next corner, arrows move, Shift with arrows a little, Esc lets go.</source>
        <translation>Maus: neben den Zonen ziehen für eine neue, eine Zone oder Ecke ziehen, um sie zu verschieben, Doppelklick auf eine Kante für eine weitere Ecke. Tasten: N nächste Zone, C nächste Ecke, Pfeile verschieben, mit Umschalt ein wenig, Esc lässt los.</translation>
    </message>
    <message>
        <location filename="../setup/mask_editor.py" line="99" />
        <source>Corner {1} of area {0} is chosen.</source>
        <translation>Ecke {1} von Zone {0} ist gewählt.</translation>
    </message>
    <message>
        <location filename="../setup/mask_editor.py" line="102" />
        <source>Area {0} is chosen.</source>
        <translation>Zone {0} ist gewählt.</translation>
    </message>
    <message>
        <location filename="../setup/mask_editor.py" line="104" />
        <source>Areas that nobody sees: {0}</source>
        <translation>Zonen, die niemand sieht: {0}</translation>
    </message>
    <message>
        <location filename="../setup/mask_editor.py" line="106" />
        <source>What the site file says of masks cannot be shown; draw them anew.</source>
        <translation>Was die Anlagendatei über Privatzonen sagt, kann nicht gezeigt werden; bitte neu zeichnen.</translation>
    </message>
    <message>
        <location filename="../setup/mask_editor.py" line="108" />
        <source>Everything is seen: there is no mask.</source>
        <translation>Alles ist zu sehen: es gibt keine Privatzone.</translation>
    </message>
</context><context>
    <name>Start</name>
    <message>
        <location filename="../app.py" line="54" />
        <source>Opening {0}</source>
        <translation>Öffnet {0}</translation>
    </message>
    <message>
        <location filename="../app.py" line="58" />
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <location filename="../app.py" line="134" />
        <location filename="../app.py" line="96" />
        <source>Something unexpected went wrong; the log says more.</source>
        <translation>Etwas Unerwartetes ging schief; das Protokoll sagt mehr.</translation>
    </message>
    <message>
        <location filename="../app.py" line="106" />
        <source>This site cannot be opened</source>
        <translation>Dieser Standort lässt sich nicht öffnen</translation>
    </message>
</context><context>
    <name>Target</name>
    <message>
        <location filename="../model/following.py" line="43" />
        <source>in {0} now</source>
        <translation>jetzt in {0}</translation>
    </message>
    <message>
        <location filename="../model/following.py" line="44" />
        <source>last seen {0}, {1}</source>
        <translation>zuletzt gesehen {0}, {1}</translation>
    </message>
</context><context>
    <name>TargetPanel</name>
    <message>
        <location filename="../target_panel.py" line="77" />
        <source>Targets</source>
        <translation>Zielpersonen</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="88" />
        <source>Nobody is tracked.

Click a person in any camera; or select a camera with the arrow keys, a person with {next_person}, and press {track}.</source>
        <translation>Niemand wird verfolgt.

Eine Person in irgendeiner Kamera anklicken; oder mit den Pfeiltasten eine Kamera, mit {next_person} eine Person wählen und {track} drücken.</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="100" />
        <source>Best pictures</source>
        <translation>Beste Bilder</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="103" />
        <source>Trail</source>
        <translation>Spur</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="106" />
        <source>Candidates</source>
        <translation>Kandidaten</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="109" />
        <source>Nobody else looks like this person.</source>
        <translation>Niemand sonst sieht dieser Person ähnlich.</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="116" />
        <source>Trail (Enter plays it; tick to split off)</source>
        <translation>Spur (Enter spielt ab; zum Abtrennen anhaken)</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="121" />
        <source>May be the same person</source>
        <translation>Vielleicht dieselbe Person</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="147" />
        <source>bag, red coat</source>
        <translation>Tasche, roter Mantel</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="148" />
        <source>for the log</source>
        <translation>fürs Protokoll</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="155" />
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="156" />
        <source>Tags</source>
        <translation>Stichwörter</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="157" />
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="158" />
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="167" />
        <source>Same person</source>
        <translation>Dieselbe Person</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="169" />
        <source>The chosen candidate is this person: one number from now on</source>
        <translation>Der gewählte Kandidat ist diese Person: ab jetzt eine Nummer</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="171" />
        <source>Track too</source>
        <translation>Auch verfolgen</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="173" />
        <source>Track the chosen candidate as well</source>
        <translation>Den gewählten Kandidaten ebenfalls verfolgen</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="174" />
        <source>Split off</source>
        <translation>Abtrennen</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="176" />
        <source>The ticked stretches of the trail are somebody else</source>
        <translation>Die angehakten Abschnitte der Spur sind jemand anderes</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="178" />
        <source>Export...</source>
        <translation>Exportieren ...</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="180" />
        <source>Hand on what is known of this person</source>
        <translation>Weitergeben, was über diese Person bekannt ist</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="181" />
        <source>Watch list...</source>
        <translation>Suchliste ...</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="184" />
        <source>Raise an alarm when this person is seen again</source>
        <translation>Alarm geben, wenn diese Person wieder gesehen wird</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="186" />
        <source>Stop tracking</source>
        <translation>Nicht verfolgen</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="188" />
        <source>This person is no target any more</source>
        <translation>Diese Person ist keine Zielperson mehr</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="243" />
        <source>looking for the latest sighting</source>
        <translation>sucht die letzte Sichtung</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="294" />
        <source>Seen once, for {0}</source>
        <translation>Einmal gesehen, {0} lang</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="296" />
        <source>Seen {0} times, cameras: {1}, over {2}</source>
        <translation>{0}-mal gesehen, Kameras: {1}, über {2}</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="336" />
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="392" />
        <source>{0} and {1} are one person ({undo} takes it back)</source>
        <translation>{0} und {1} sind eine Person ({undo} nimmt es zurück)</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="400" />
        <source>Tick the stretches of the trail that are somebody else first</source>
        <translation>Erst die Abschnitte der Spur anhaken, die jemand anderes sind</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="403" />
        <source>Leave at least one stretch unticked: that is the target</source>
        <translation>Mindestens einen Abschnitt nicht anhaken: das ist die Zielperson</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="406" />
        <source>{0} stretches are another person ({undo} takes it back)</source>
        <translation>{0} Abschnitte sind eine andere Person ({undo} nimmt es zurück)</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="448" />
        <source>Name of {0} changed ({undo} takes it back)</source>
        <translation>Name von {0} geändert ({undo} nimmt es zurück)</translation>
    </message>
    <message>
        <location filename="../target_panel.py" line="458" />
        <source>Note and tags of {0} changed ({undo} takes it back)</source>
        <translation>Notiz und Stichwörter von {0} geändert ({undo} nimmt es zurück)</translation>
    </message>
</context><context>
    <name>Tile</name>
    <message>
        <location filename="../tile.py" line="146" />
        <location filename="../tile.py" line="79" />
        <source>Spot tile</source>
        <translation>Folge-Kachel</translation>
    </message>
    <message>
        <location filename="../tile.py" line="146" />
        <source>No camera</source>
        <translation>Keine Kamera</translation>
    </message>
    <message>
        <location filename="../tile.py" line="147" />
        <source>Follows the target once there is one</source>
        <translation>Folgt der Zielperson, sobald es eine gibt</translation>
    </message>
    <message>
        <location filename="../tile.py" line="225" />
        <source>{0:.0f} fps</source>
        <translation>{0:.0f} B/s</translation>
    </message>
    <message>
        <location filename="../tile.py" line="226" />
        <source>{0:.0f} searched/s</source>
        <translation>{0:.0f} durchsucht/s</translation>
    </message>
    <message>
        <location filename="../tile.py" line="228" />
        <source>{0} old</source>
        <translation>{0} alt</translation>
    </message>
    <message>
        <location filename="../model/freshness.py" line="64" />
        <location filename="../painting.py" line="144" />
        <source>since {0}</source>
        <translation>seit {0}</translation>
    </message>
    <message>
        <location filename="../model/freshness.py" line="49" />
        <location filename="../model/freshness.py" line="41" />
        <source>Connecting</source>
        <translation>Verbindet</translation>
    </message>
    <message>
        <location filename="../model/freshness.py" line="43" />
        <source>Failed</source>
        <translation>Ausgefallen</translation>
    </message>
    <message>
        <location filename="../model/freshness.py" line="45" />
        <source>Recording ended</source>
        <translation>Aufnahme zu Ende</translation>
    </message>
    <message>
        <location filename="../model/freshness.py" line="53" />
        <source>No new picture for {0}</source>
        <translation>Kein neues Bild seit {0}</translation>
    </message>
    <message>
        <location filename="../model/freshness.py" line="60" />
        <source>Offline since {0}</source>
        <translation>Getrennt seit {0}</translation>
    </message>
    <message>
        <location filename="../model/freshness.py" line="73" />
        <source>next try in {0}</source>
        <translation>nächster Versuch in {0}</translation>
    </message>
    <message>
        <location filename="../model/freshness.py" line="75" />
        <source>trying again now</source>
        <translation>neuer Versuch läuft</translation>
    </message>
</context><context>
    <name>Timeline</name>
    <message>
        <location filename="../timeline_view.py" line="54" />
        <source>Timeline</source>
        <translation>Zeitleiste</translation>
    </message>
    <message>
        <location filename="../timeline_view.py" line="204" />
        <source>Track somebody: bars show when and in which camera the person was. A click on a bar plays it.</source>
        <translation>Jemanden verfolgen: Balken zeigen, wann und in welcher Kamera die Person war. Ein Klick auf einen Balken spielt ihn ab.</translation>
    </message>
</context><context>
    <name>Times</name>
    <message>
        <location filename="../model/times.py" line="30" />
        <source>{0} s</source>
        <translation>{0} s</translation>
    </message>
    <message>
        <location filename="../model/times.py" line="33" />
        <source>{0} min {1:02d} s</source>
        <translation>{0} min {1:02d} s</translation>
    </message>
    <message>
        <location filename="../model/times.py" line="35" />
        <source>{0} h {1:02d} min</source>
        <translation>{0} h {1:02d} min</translation>
    </message>
</context><context>
    <name>Watch</name>
    <message>
        <location filename="../watch_panel.py" line="40" />
        <source>good</source>
        <translation>gut</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="41" />
        <source>mixed</source>
        <translation>mäßig</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="42" />
        <source>poor</source>
        <translation>schlecht</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="69" />
        <source>Alarms</source>
        <translation>Alarme</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="70" />
        <source>Watch list</source>
        <translation>Suchliste</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="79" />
        <source>Alarms, newest first</source>
        <translation>Alarme, neueste zuerst</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="83" />
        <source>No alarm so far.</source>
        <translation>Bisher kein Alarm.</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="85" />
        <source>Note (kept with the alarm)</source>
        <translation>Notiz (wird mit dem Alarm aufbewahrt)</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="86" />
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="88" />
        <source>Acknowledge</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="90" />
        <source>Track</source>
        <translation>Verfolgen</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="105" />
        <source>People on the watch list</source>
        <translation>Personen auf der Suchliste</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="110" />
        <source>Nobody is on the watch list.

Track somebody and press {watch_target}; or add pictures of a person below. When the person is seen, there is an alarm.</source>
        <translation>Niemand ist auf der Suchliste.

Jemanden verfolgen und {watch_target} drücken; oder unten Bilder einer Person hinzufügen. Wird die Person gesehen, gibt es Alarm.</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="117" />
        <source>Take off the list</source>
        <translation>Von der Liste nehmen</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="120" />
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="123" />
        <source>Reason (kept with the entry)</source>
        <translation>Grund (wird mit dem Eintrag aufbewahrt)</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="125" />
        <source>Pictures to enrol</source>
        <translation>Bilder zum Aufnehmen</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="219" />
        <location filename="../watch_panel.py" line="128" />
        <source>Add pictures, or drop them here.</source>
        <translation>Bilder hinzufügen oder hier ablegen.</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="129" />
        <source>Add pictures...</source>
        <translation>Bilder hinzufügen ...</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="131" />
        <source>Remove picture</source>
        <translation>Bild entfernen</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="133" />
        <source>Put on the list</source>
        <translation>Auf die Liste setzen</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="142" />
        <source>Somebody new</source>
        <translation>Jemand Neues</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="169" />
        <source>✓ {0}: {1}</source>
        <translation>✓ {0}: {1}</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="171" />
        <source>⚠ OPEN</source>
        <translation>⚠ OFFEN</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="192" />
        <source>by {0}, {1}</source>
        <translation>von {0}, {1}</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="221" />
        <source>At least one picture must be good or mixed.</source>
        <translation>Mindestens ein Bild muss gut oder mäßig sein.</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="223" />
        <source>Give the person a name.</source>
        <translation>Der Person einen Namen geben.</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="236" />
        <source>No alarm is open</source>
        <translation>Kein Alarm ist offen</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="240" />
        <source>Alarm about {0} acknowledged</source>
        <translation>Alarm zu {0} übernommen</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="259" />
        <source>Pictures of the person</source>
        <translation>Bilder der Person</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="282" />
        <source>looking at it...</source>
        <translation>wird angesehen ...</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="312" />
        <source>{0} is on the watch list</source>
        <translation>{0} steht auf der Suchliste</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="328" />
        <source>Choose somebody on the list first</source>
        <translation>Erst jemanden auf der Liste wählen</translation>
    </message>
    <message>
        <location filename="../watch_panel.py" line="331" />
        <source>Taken off the watch list</source>
        <translation>Von der Suchliste genommen</translation>
    </message>
</context><context>
    <name>Window</name>
    <message>
        <location filename="../window.py" line="98" />
        <source>Saved views</source>
        <translation>Gespeicherte Ansichten</translation>
    </message>
    <message>
        <location filename="../window.py" line="185" />
        <source>{0} is watched no more; what was kept of it is in the target panel</source>
        <translation>{0} wird nicht mehr beobachtet; was aufgehoben wurde, steht bei der Zielperson</translation>
    </message>
    <message>
        <location filename="../window.py" line="201" />
        <source>Not known yet who this is; tracked as soon as it is</source>
        <translation>Noch nicht bekannt, wer das ist; wird verfolgt, sobald es feststeht</translation>
    </message>
    <message>
        <location filename="../window.py" line="207" />
        <source>No target, or it has not been seen yet</source>
        <translation>Keine Zielperson, oder noch nicht gesehen</translation>
    </message>
    <message>
        <location filename="../window.py" line="225" />
        <source>Taken back: {0}</source>
        <translation>Zurückgenommen: {0}</translation>
    </message>
    <message>
        <location filename="../window.py" line="226" />
        <source>Nothing to take back</source>
        <translation>Nichts zurückzunehmen</translation>
    </message>
    <message>
        <location filename="../window.py" line="246" />
        <source>Target {0} is in {1}</source>
        <translation>Zielperson {0} ist in {1}</translation>
    </message>
    <message>
        <location filename="../window.py" line="257" />
        <source>Nobody is in the selected camera</source>
        <translation>In der gewählten Kamera ist niemand</translation>
    </message>
    <message>
        <location filename="../window.py" line="263" />
        <source>Select a person first: {next_person}</source>
        <translation>Erst eine Person wählen: {next_person}</translation>
    </message>
    <message>
        <location filename="../window.py" line="278" />
        <source>Select a person first ({next_person}), or draw a box on a paused picture</source>
        <translation>Erst eine Person wählen ({next_person}), oder auf einem angehaltenen Bild einen Rahmen ziehen</translation>
    </message>
    <message>
        <location filename="../window.py" line="340" />
        <location filename="../window.py" line="287" />
        <source>Track somebody first</source>
        <translation>Erst jemanden verfolgen</translation>
    </message>
    <message>
        <location filename="../window.py" line="330" />
        <source>There is no picture to pause yet</source>
        <translation>Noch kein Bild zum Anhalten</translation>
    </message>
    <message>
        <location filename="../window.py" line="400" />
        <source>No view is saved yet: {save_view} saves this one</source>
        <translation>Noch keine Ansicht gespeichert: {save_view} speichert diese</translation>
    </message>
    <message>
        <location filename="../window.py" line="413" />
        <source>View “{0}”</source>
        <translation>Ansicht „{0}“</translation>
    </message>
    <message>
        <location filename="../window.py" line="418" />
        <source>View “{0}” is saved</source>
        <translation>Ansicht „{0}“ ist gespeichert</translation>
    </message>
    <message>
        <location filename="../window.py" line="428" />
        <source>None saved yet</source>
        <translation>Noch keine gespeichert</translation>
    </message>
    <message>
        <location filename="../window.py" line="458" />
        <source>Operator: {0}    Keys: {cheat_sheet}</source>
        <translation>Bediener: {0}    Tasten: {cheat_sheet}</translation>
    </message>
    <message>
        <location filename="../reports.py" line="129" />
        <source>is back</source>
        <translation>ist wieder da</translation>
    </message>
    <message>
        <location filename="../reports.py" line="165" />
        <source>ALARM: {0} was seen in {1}</source>
        <translation>ALARM: {0} in {1} gesehen</translation>
    </message>
    <message>
        <location filename="../dialogs.py" line="73" />
        <source>Save this view</source>
        <translation>Diese Ansicht speichern</translation>
    </message>
    <message>
        <location filename="../dialogs.py" line="73" />
        <source>Name of the view</source>
        <translation>Name der Ansicht</translation>
    </message>
    <message>
        <location filename="../dialogs.py" line="79" />
        <source>Operator</source>
        <translation>Bediener</translation>
    </message>
    <message>
        <location filename="../dialogs.py" line="80" />
        <source>Who acts? The name is kept with every action.</source>
        <translation>Wer handelt? Der Name wird mit jeder Handlung aufbewahrt.</translation>
    </message>
</context></TS>
