<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
  <context>
    <name>Action</name>
    <message>
      <source>One camera</source>
      <translation>Eine Kamera</translation>
    </message>
    <message>
      <source>2 x 2 cameras</source>
      <translation>2 x 2 Kameras</translation>
    </message>
    <message>
      <source>3 x 3 cameras</source>
      <translation>3 x 3 Kameras</translation>
    </message>
    <message>
      <source>4 x 4 cameras</source>
      <translation>4 x 4 Kameras</translation>
    </message>
    <message>
      <source>One big camera and a strip</source>
      <translation>Eine große Kamera und eine Leiste</translation>
    </message>
    <message>
      <source>Next page of cameras</source>
      <translation>Nächste Seite mit Kameras</translation>
    </message>
    <message>
      <source>Previous page of cameras</source>
      <translation>Vorige Seite mit Kameras</translation>
    </message>
    <message>
      <source>Go to the camera whose number was typed</source>
      <translation>Zur Kamera mit der getippten Nummer</translation>
    </message>
    <message>
      <source>Enlarge the selected camera</source>
      <translation>Gewählte Kamera vergrößern</translation>
    </message>
    <message>
      <source>Back</source>
      <translation>Zurück</translation>
    </message>
    <message>
      <source>Select the camera to the left</source>
      <translation>Kamera links wählen</translation>
    </message>
    <message>
      <source>Select the camera to the right</source>
      <translation>Kamera rechts wählen</translation>
    </message>
    <message>
      <source>Select the camera above</source>
      <translation>Kamera darüber wählen</translation>
    </message>
    <message>
      <source>Select the camera below</source>
      <translation>Kamera darunter wählen</translation>
    </message>
    <message>
      <source>Move the selected camera forward</source>
      <translation>Gewählte Kamera nach vorn rücken</translation>
    </message>
    <message>
      <source>Move the selected camera back</source>
      <translation>Gewählte Kamera nach hinten rücken</translation>
    </message>
    <message>
      <source>Spot tile that follows the target</source>
      <translation>Kachel, die der Zielperson folgt</translation>
    </message>
    <message>
      <source>Full screen</source>
      <translation>Vollbild</translation>
    </message>
    <message>
      <source>Save this view under a name...</source>
      <translation>Diese Ansicht unter einem Namen speichern ...</translation>
    </message>
    <message>
      <source>Next saved view</source>
      <translation>Nächste gespeicherte Ansicht</translation>
    </message>
    <message>
      <source>Larger text</source>
      <translation>Größere Schrift</translation>
    </message>
    <message>
      <source>Smaller text</source>
      <translation>Kleinere Schrift</translation>
    </message>
    <message>
      <source>Next person in the selected camera</source>
      <translation>Nächste Person in der gewählten Kamera</translation>
    </message>
    <message>
      <source>Previous person in the selected camera</source>
      <translation>Vorige Person in der gewählten Kamera</translation>
    </message>
    <message>
      <source>Track the selected person</source>
      <translation>Gewählte Person verfolgen</translation>
    </message>
    <message>
      <source>Show landmarks</source>
      <translation>Körperpunkte zeigen</translation>
    </message>
    <message>
      <source>Show part boxes</source>
      <translation>Körperteile zeigen</translation>
    </message>
    <message>
      <source>Go to the camera where the target is</source>
      <translation>Zur Kamera, in der die Zielperson ist</translation>
    </message>
    <message>
      <source>Next target</source>
      <translation>Nächste Zielperson</translation>
    </message>
    <message>
      <source>Stop tracking the target</source>
      <translation>Zielperson nicht mehr verfolgen</translation>
    </message>
    <message>
      <source>The first candidate is the same person (merge)</source>
      <translation>Der erste Kandidat ist dieselbe Person (zusammenführen)</translation>
    </message>
    <message>
      <source>Split the ticked stretches off as another person</source>
      <translation>Angehakte Abschnitte als andere Person abtrennen</translation>
    </message>
    <message>
      <source>Name the target...</source>
      <translation>Zielperson benennen ...</translation>
    </message>
    <message>
      <source>Note and tags of the target...</source>
      <translation>Notiz und Stichwörter der Zielperson ...</translation>
    </message>
    <message>
      <source>Take back my last action</source>
      <translation>Meine letzte Handlung zurücknehmen</translation>
    </message>
    <message>
      <source>Export the target...</source>
      <translation>Zielperson exportieren ...</translation>
    </message>
    <message>
      <source>Put the target on the watch list...</source>
      <translation>Zielperson auf die Suchliste setzen ...</translation>
    </message>
    <message>
      <source>Pause the selected camera, play and pause a moment</source>
      <translation>Gewählte Kamera anhalten, Aufnahme abspielen und anhalten</translation>
    </message>
    <message>
      <source>One frame back</source>
      <translation>Ein Bild zurück</translation>
    </message>
    <message>
      <source>One frame on</source>
      <translation>Ein Bild weiter</translation>
    </message>
    <message>
      <source>Five seconds back</source>
      <translation>Fünf Sekunden zurück</translation>
    </message>
    <message>
      <source>Five seconds on</source>
      <translation>Fünf Sekunden weiter</translation>
    </message>
    <message>
      <source>Search for the selected person of the picture</source>
      <translation>Nach der gewählten Person des Bildes suchen</translation>
    </message>
    <message>
      <source>Timeline: closer</source>
      <translation>Zeitleiste: näher</translation>
    </message>
    <message>
      <source>Timeline: wider</source>
      <translation>Zeitleiste: weiter</translation>
    </message>
    <message>
      <source>Timeline: earlier</source>
      <translation>Zeitleiste: früher</translation>
    </message>
    <message>
      <source>Timeline: later</source>
      <translation>Zeitleiste: später</translation>
    </message>
    <message>
      <source>Timeline: follow the present</source>
      <translation>Zeitleiste: der Gegenwart folgen</translation>
    </message>
    <message>
      <source>Play the target's latest stretch</source>
      <translation>Letzten Abschnitt der Zielperson abspielen</translation>
    </message>
    <message>
      <source>Same person</source>
      <translation>Dieselbe Person</translation>
    </message>
    <message>
      <source>Different people</source>
      <translation>Verschiedene Personen</translation>
    </message>
    <message>
      <source>Decide later</source>
      <translation>Später entscheiden</translation>
    </message>
    <message>
      <source>Keys</source>
      <translation>Tasten</translation>
    </message>
    <message>
      <source>Target panel</source>
      <translation>Zielperson</translation>
    </message>
    <message>
      <source>Decide</source>
      <translation>Entscheiden</translation>
    </message>
    <message>
      <source>Search</source>
      <translation>Suchen</translation>
    </message>
    <message>
      <source>Watch list and alarms</source>
      <translation>Suchliste und Alarme</translation>
    </message>
    <message>
      <source>Timeline</source>
      <translation>Zeitleiste</translation>
    </message>
    <message>
      <source>Messages</source>
      <translation>Meldungen</translation>
    </message>
    <message>
      <source>What operators did</source>
      <translation>Was Bediener taten</translation>
    </message>
    <message>
      <source>Acknowledge the newest open alarm</source>
      <translation>Neuesten offenen Alarm übernehmen</translation>
    </message>
    <message>
      <source>Set up cameras and settings...</source>
      <translation>Kameras und Einstellungen einrichten ...</translation>
    </message>
    <message>
      <source>Operator's name...</source>
      <translation>Name des Bedieners ...</translation>
    </message>
    <message>
      <source>Close the window</source>
      <translation>Fenster schließen</translation>
    </message>
    <message>
      <source>Camera numbers</source>
      <translation>Kameranummern</translation>
    </message>
    <message>
      <source>{0} already belongs to “{1}”; choose another key</source>
      <translation>{0} gehört schon zu „{1}“; eine andere Taste wählen</translation>
    </message>
  </context>
  <context>
    <name>CameraState</name>
    <message>
      <source>Connecting</source>
      <translation>Verbindet</translation>
    </message>
    <message>
      <source>Live</source>
      <translation>Live</translation>
    </message>
    <message>
      <source>Stale</source>
      <translation>Veraltet</translation>
    </message>
    <message>
      <source>Offline</source>
      <translation>Getrennt</translation>
    </message>
    <message>
      <source>Ended</source>
      <translation>Zu Ende</translation>
    </message>
    <message>
      <source>Failed</source>
      <translation>Ausgefallen</translation>
    </message>
  </context>
  <context>
    <name>CheatSheet</name>
    <message>
      <source>Keys</source>
      <translation>Tasten</translation>
    </message>
    <message>
      <source>Find an action or a key</source>
      <translation>Handlung oder Taste finden</translation>
    </message>
    <message>
      <source>Actions and their keys</source>
      <translation>Handlungen und ihre Tasten</translation>
    </message>
    <message>
      <source>Action</source>
      <translation>Handlung</translation>
    </message>
    <message>
      <source>New key</source>
      <translation>Neue Taste</translation>
    </message>
    <message>
      <source>Use this key</source>
      <translation>Diese Taste nehmen</translation>
    </message>
    <message>
      <source>Default keys</source>
      <translation>Übliche Tasten</translation>
    </message>
    <message>
      <source>New key:</source>
      <translation>Neue Taste:</translation>
    </message>
    <message>
      <source>A camera: type its number, then Enter. Mouse: click a person to track, double-click a camera to enlarge it, drag it to another place.</source>
      <translation>Eine Kamera: ihre Nummer tippen, dann Enter. Maus: eine Person anklicken, um sie zu verfolgen; eine Kamera doppelt anklicken, um sie zu vergrößern; sie an einen anderen Platz ziehen.</translation>
    </message>
  </context>
  <context>
    <name>Decide</name>
    <message>
      <source>The person in question</source>
      <translation>Die fragliche Person</translation>
    </message>
    <message>
      <source>The person that it may be</source>
      <translation>Die Person, die es sein kann</translation>
    </message>
    <message>
      <source>Reason (may be empty; kept with the answer)</source>
      <translation>Grund (darf leer sein; wird mit der Antwort aufbewahrt)</translation>
    </message>
    <message>
      <source>Reason</source>
      <translation>Grund</translation>
    </message>
    <message>
      <source>Same person  (Y)</source>
      <translation>Dieselbe Person  (Y)</translation>
    </message>
    <message>
      <source>Different people  (D)</source>
      <translation>Verschiedene  (D)</translation>
    </message>
    <message>
      <source>Later  (W)</source>
      <translation>Später  (W)</translation>
    </message>
    <message>
      <source>Nothing to decide.

When the application is not sure who somebody is, it asks here.</source>
      <translation>Nichts zu entscheiden.

Wenn nicht sicher ist, wer jemand ist, wird hier gefragt.</translation>
    </message>
    <message>
      <source>{0} is {1} (Ctrl+Z takes it back)</source>
      <translation>{0} ist {1} (Strg+Z nimmt es zurück)</translation>
    </message>
    <message>
      <source>{0} is not {1} (Ctrl+Z takes it back)</source>
      <translation>{0} ist nicht {1} (Strg+Z nimmt es zurück)</translation>
    </message>
    <message>
      <source>{0}, {1}
(person {2} for now)</source>
      <translation>{0}, {1}
(vorerst Person {2})</translation>
    </message>
    <message>
      <source>Person {0}</source>
      <translation>Person {0}</translation>
    </message>
    <message>
      <source>The same person: {0} (score {1:.2f}).</source>
      <translation>Dieselbe Person: {0} (Wert {1:.2f}).</translation>
    </message>
    <message>
      <source>Next most alike: person {0} (score {1:.2f}).</source>
      <translation>Am nächstähnlichsten: Person {0} (Wert {1:.2f}).</translation>
    </message>
    <message>
      <source>Is this the same person?  {0} waiting</source>
      <translation>Ist das dieselbe Person?  {0} offen</translation>
    </message>
  </context>
  <context>
    <name>Desk</name>
    <message>
      <source>Picture</source>
      <translation>Bild</translation>
    </message>
    <message>
      <source>Export of {0}</source>
      <translation>Export von {0}</translation>
    </message>
  </context>
  <context>
    <name>Export</name>
    <message>
      <source>Export of person {0}</source>
      <translation>Export von Person {0}</translation>
    </message>
    <message>
      <source>Folder to write into</source>
      <translation>Ordner, in den geschrieben wird</translation>
    </message>
    <message>
      <source>Folder</source>
      <translation>Ordner</translation>
    </message>
    <message>
      <source>Choose...</source>
      <translation>Wählen ...</translation>
    </message>
    <message>
      <source>Files that will be written</source>
      <translation>Dateien, die geschrieben werden</translation>
    </message>
    <message>
      <source>File</source>
      <translation>Datei</translation>
    </message>
    <message>
      <source>What is in it</source>
      <translation>Inhalt</translation>
    </message>
    <message>
      <source>Entries</source>
      <translation>Einträge</translation>
    </message>
    <message>
      <source>Export</source>
      <translation>Exportieren</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>Schließen</translation>
    </message>
    <message>
      <source>What of person {0}?</source>
      <translation>Was von Person {0}?</translation>
    </message>
    <message>
      <source>Where to?</source>
      <translation>Wohin?</translation>
    </message>
    <message>
      <source>This leaves the machine:</source>
      <translation>Das verlässt den Rechner:</translation>
    </message>
    <message>
      <source>Writing...</source>
      <translation>Schreibt ...</translation>
    </message>
    <message>
      <source>Tick what to export.</source>
      <translation>Anhaken, was exportiert werden soll.</translation>
    </message>
    <message>
      <source>Choose a folder.</source>
      <translation>Einen Ordner wählen.</translation>
    </message>
    <message>
      <source>There is no such folder.</source>
      <translation>Diesen Ordner gibt es nicht.</translation>
    </message>
    <message>
      <source>{0} files written.</source>
      <translation>{0} Dateien geschrieben.</translation>
    </message>
  </context>
  <context>
    <name>Group</name>
    <message>
      <source>View</source>
      <translation>Ansicht</translation>
    </message>
    <message>
      <source>People</source>
      <translation>Personen</translation>
    </message>
    <message>
      <source>Target</source>
      <translation>Zielperson</translation>
    </message>
    <message>
      <source>Recorded moment</source>
      <translation>Aufnahme</translation>
    </message>
    <message>
      <source>Decide</source>
      <translation>Entscheiden</translation>
    </message>
    <message>
      <source>Panels</source>
      <translation>Felder</translation>
    </message>
    <message>
      <source>Site</source>
      <translation>Standort</translation>
    </message>
  </context>
  <context>
    <name>Likelihood</name>
    <message>
      <source>certain</source>
      <translation>sicher</translation>
    </message>
    <message>
      <source>likely</source>
      <translation>wahrscheinlich</translation>
    </message>
    <message>
      <source>possible</source>
      <translation>möglich</translation>
    </message>
    <message>
      <source>unlikely</source>
      <translation>unwahrscheinlich</translation>
    </message>
  </context>
  <context>
    <name>Log</name>
    <message>
      <source>What operators did, newest first</source>
      <translation>Was Bediener taten, Neuestes zuerst</translation>
    </message>
    <message>
      <source>Time</source>
      <translation>Zeit</translation>
    </message>
    <message>
      <source>Operator</source>
      <translation>Bediener</translation>
    </message>
    <message>
      <source>What</source>
      <translation>Was</translation>
    </message>
    <message>
      <source>Reason</source>
      <translation>Grund</translation>
    </message>
    <message>
      <source>Take back my last action (Ctrl+Z)</source>
      <translation>Meine letzte Handlung zurücknehmen (Strg+Z)</translation>
    </message>
    <message>
      <source>{0} (taken back)</source>
      <translation>{0} (zurückgenommen)</translation>
    </message>
  </context>
  <context>
    <name>Moment</name>
    <message>
      <source>Back to live (Esc)</source>
      <translation>Zurück zu Live (Esc)</translation>
    </message>
    <message>
      <source>−5 s  (;)</source>
      <translation>−5 s  (;)</translation>
    </message>
    <message>
      <source>Frame back  (,)</source>
      <translation>Bild zurück  (,)</translation>
    </message>
    <message>
      <source>Frame on  (.)</source>
      <translation>Bild weiter  (.)</translation>
    </message>
    <message>
      <source>+5 s  (:)</source>
      <translation>+5 s  (:)</translation>
    </message>
    <message>
      <source>No picture is kept for this moment</source>
      <translation>Für diesen Zeitpunkt ist kein Bild aufbewahrt</translation>
    </message>
    <message>
      <source>playing</source>
      <translation>läuft</translation>
    </message>
    <message>
      <source>paused</source>
      <translation>angehalten</translation>
    </message>
    <message>
      <source>RECORDED</source>
      <translation>AUFNAHME</translation>
    </message>
    <message>
      <source>Click a person to track; draw a box to search</source>
      <translation>Person anklicken: verfolgen; Rahmen ziehen: suchen</translation>
    </message>
    <message>
      <source>Pause  (Space)</source>
      <translation>Anhalten  (Leertaste)</translation>
    </message>
    <message>
      <source>Play  (Space)</source>
      <translation>Abspielen  (Leertaste)</translation>
    </message>
  </context>
  <context>
    <name>MultiView</name>
    <message>
      <source>No cameras yet. Press F10 to add one.</source>
      <translation>Noch keine Kameras. F10 fügt eine hinzu.</translation>
    </message>
    <message>
      <source>Cameras</source>
      <translation>Kameras</translation>
    </message>
    <message>
      <source>Camera {0} {1} – Enter to go</source>
      <translation>Kamera {0} {1} – mit Enter hin</translation>
    </message>
    <message>
      <source>There is no camera {0}; the highest number is {1}</source>
      <translation>Es gibt keine Kamera {0}; die höchste Nummer ist {1}</translation>
    </message>
  </context>
  <context>
    <name>Notices</name>
    <message>
      <source>Show</source>
      <translation>Zeigen</translation>
    </message>
    <message>
      <source>Acknowledge</source>
      <translation>Übernehmen</translation>
    </message>
    <message>
      <source>All messages</source>
      <translation>Alle Meldungen</translation>
    </message>
    <message>
      <source>Messages (F8)</source>
      <translation>Meldungen (F8)</translation>
    </message>
  </context>
  <context>
    <name>Panels</name>
    <message>
      <source>Target</source>
      <translation>Zielperson</translation>
    </message>
    <message>
      <source>Decide</source>
      <translation>Entscheiden</translation>
    </message>
    <message>
      <source>Search</source>
      <translation>Suchen</translation>
    </message>
    <message>
      <source>Watch list</source>
      <translation>Suchliste</translation>
    </message>
    <message>
      <source>Timeline</source>
      <translation>Zeitleiste</translation>
    </message>
    <message>
      <source>What operators did</source>
      <translation>Was Bediener taten</translation>
    </message>
  </context>
  <context>
    <name>People</name>
    <message>
      <source>Person {0}</source>
      <translation>Person {0}</translation>
    </message>
  </context>
  <context>
    <name>Search</name>
    <message>
      <source>Pictures (*.png *.jpg *.jpeg *.bmp *.webp)</source>
      <translation>Bilder (*.png *.jpg *.jpeg *.bmp *.webp)</translation>
    </message>
    <message>
      <source>{0} is no picture that can be read</source>
      <translation>{0} ist kein lesbares Bild</translation>
    </message>
    <message>
      <source>Drop a picture of a person here</source>
      <translation>Bild einer Person hier ablegen</translation>
    </message>
    <message>
      <source>Choose a picture...</source>
      <translation>Bild wählen ...</translation>
    </message>
    <message>
      <source>Paste</source>
      <translation>Einfügen</translation>
    </message>
    <message>
      <source>Time span</source>
      <translation>Zeitraum</translation>
    </message>
    <message>
      <source>All times</source>
      <translation>Alle Zeiten</translation>
    </message>
    <message>
      <source>The last 10 minutes</source>
      <translation>Die letzten 10 Minuten</translation>
    </message>
    <message>
      <source>The last hour</source>
      <translation>Die letzte Stunde</translation>
    </message>
    <message>
      <source>The last day</source>
      <translation>Der letzte Tag</translation>
    </message>
    <message>
      <source>The last week</source>
      <translation>Die letzte Woche</translation>
    </message>
    <message>
      <source>Or select a person in a camera and press F; or pause (Space) and draw a box.</source>
      <translation>Oder eine Person in einer Kamera wählen und F drücken; oder anhalten (Leertaste) und einen Rahmen ziehen.</translation>
    </message>
    <message>
      <source>People found, most alike first</source>
      <translation>Gefundene Personen, die ähnlichsten zuerst</translation>
    </message>
    <message>
      <source>Track this one</source>
      <translation>Diese verfolgen</translation>
    </message>
    <message>
      <source>Picture of a person</source>
      <translation>Bild einer Person</translation>
    </message>
    <message>
      <source>There is no picture in the clipboard; copy one first</source>
      <translation>In der Zwischenablage ist kein Bild; erst eines kopieren</translation>
    </message>
    <message>
      <source>Searching...</source>
      <translation>Sucht ...</translation>
    </message>
    <message>
      <source>last seen {0}, {1}</source>
      <translation>zuletzt gesehen {0}, {1}</translation>
    </message>
    <message>
      <source>{0} people, the most alike first</source>
      <translation>{0} Personen, die ähnlichsten zuerst</translation>
    </message>
    <message>
      <source>Nobody in this time span; choose a longer one</source>
      <translation>Niemand in diesem Zeitraum; einen längeren wählen</translation>
    </message>
  </context>
  <context>
    <name>Setup</name>
    <message>
      <source>default ({0})</source>
      <translation>üblich ({0})</translation>
    </message>
    <message>
      <source>left out</source>
      <translation>weggelassen</translation>
    </message>
    <message>
      <source>A list, written as in the site file.</source>
      <translation>Eine Liste, geschrieben wie in der Standortdatei.</translation>
    </message>
    <message>
      <source>{0}: {1} is not a number</source>
      <translation>{0}: {1} ist keine Zahl</translation>
    </message>
    <message>
      <source>{0}: this cannot be read; brackets or commas are missing</source>
      <translation>{0}: das ist nicht lesbar; Klammern oder Kommas fehlen</translation>
    </message>
    <message>
      <source>Set-up</source>
      <translation>Einrichten</translation>
    </message>
    <message>
      <source>Cameras</source>
      <translation>Kameras</translation>
    </message>
    <message>
      <source>Site</source>
      <translation>Standort</translation>
    </message>
    <message>
      <source>Save</source>
      <translation>Speichern</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>Schließen</translation>
    </message>
    <message>
      <source>Add a camera</source>
      <translation>Kamera hinzufügen</translation>
    </message>
    <message>
      <source>Remove</source>
      <translation>Entfernen</translation>
    </message>
    <message>
      <source>Test this camera</source>
      <translation>Diese Kamera prüfen</translation>
    </message>
    <message>
      <source>Thresholds: those calibrated for the model are used.</source>
      <translation>Schwellen: Es gelten die für das Modell kalibrierten.</translation>
    </message>
    <message>
      <source>How often this threshold is wrong is not known for this model.</source>
      <translation>Wie oft diese Schwelle irrt, ist für dieses Modell nicht bekannt.</translation>
    </message>
    <message>
      <source>With this threshold: about {0:.1f} wrong matches in 1,000.</source>
      <translation>Mit dieser Schwelle: etwa {0:.1f} falsche Treffer von 1000.</translation>
    </message>
    <message>
      <source>Testing...</source>
      <translation>Prüft ...</translation>
    </message>
    <message>
      <source>Checking...</source>
      <translation>Prüft ...</translation>
    </message>
    <message>
      <source>Saved. The changes hold from the next start on.</source>
      <translation>Gespeichert. Die Änderungen gelten ab dem nächsten Start.</translation>
    </message>
  </context>
  <context>
    <name>Start</name>
    <message>
      <source>Opening {0}</source>
      <translation>Öffnet {0}</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>Schließen</translation>
    </message>
    <message>
      <source>Something unexpected went wrong; the log says more.</source>
      <translation>Etwas Unerwartetes ging schief; das Protokoll sagt mehr.</translation>
    </message>
    <message>
      <source>This site cannot be opened</source>
      <translation>Dieser Standort lässt sich nicht öffnen</translation>
    </message>
  </context>
  <context>
    <name>Target</name>
    <message>
      <source>in {0} now</source>
      <translation>jetzt in {0}</translation>
    </message>
    <message>
      <source>last seen {0}, {1}</source>
      <translation>zuletzt gesehen {0}, {1}</translation>
    </message>
  </context>
  <context>
    <name>TargetPanel</name>
    <message>
      <source>Targets</source>
      <translation>Zielpersonen</translation>
    </message>
    <message>
      <source>Nobody is tracked.

Click a person in any camera; or select a camera with the arrow keys, a person with N, and press T.</source>
      <translation>Niemand wird verfolgt.

Eine Person in irgendeiner Kamera anklicken; oder mit den Pfeiltasten eine Kamera wählen, mit N eine Person, und T drücken.</translation>
    </message>
    <message>
      <source>Best pictures</source>
      <translation>Beste Bilder</translation>
    </message>
    <message>
      <source>Trail</source>
      <translation>Spur</translation>
    </message>
    <message>
      <source>Candidates</source>
      <translation>Kandidaten</translation>
    </message>
    <message>
      <source>Nobody else looks like this person.</source>
      <translation>Niemand sonst sieht dieser Person ähnlich.</translation>
    </message>
    <message>
      <source>Trail (Enter plays it; tick to split off)</source>
      <translation>Spur (Enter spielt ab; zum Abtrennen anhaken)</translation>
    </message>
    <message>
      <source>May be the same person</source>
      <translation>Vielleicht dieselbe Person</translation>
    </message>
    <message>
      <source>bag, red coat</source>
      <translation>Tasche, roter Mantel</translation>
    </message>
    <message>
      <source>for the log</source>
      <translation>fürs Protokoll</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>Name</translation>
    </message>
    <message>
      <source>Tags</source>
      <translation>Stichwörter</translation>
    </message>
    <message>
      <source>Note</source>
      <translation>Notiz</translation>
    </message>
    <message>
      <source>Reason</source>
      <translation>Grund</translation>
    </message>
    <message>
      <source>Same person</source>
      <translation>Dieselbe Person</translation>
    </message>
    <message>
      <source>Track too</source>
      <translation>Auch verfolgen</translation>
    </message>
    <message>
      <source>Split off</source>
      <translation>Abtrennen</translation>
    </message>
    <message>
      <source>Export...</source>
      <translation>Exportieren ...</translation>
    </message>
    <message>
      <source>Watch list...</source>
      <translation>Suchliste ...</translation>
    </message>
    <message>
      <source>Stop tracking</source>
      <translation>Nicht verfolgen</translation>
    </message>
    <message>
      <source>looking for the latest sighting</source>
      <translation>sucht die letzte Sichtung</translation>
    </message>
    <message>
      <source>{0} stretches in {1} cameras, over {2}</source>
      <translation>{0} Abschnitte in {1} Kameras, über {2}</translation>
    </message>
    <message>
      <source>now</source>
      <translation>jetzt</translation>
    </message>
    <message>
      <source>{0} and {1} are one person (Ctrl+Z takes it back)</source>
      <translation>{0} und {1} sind eine Person (Strg+Z nimmt es zurück)</translation>
    </message>
    <message>
      <source>Tick the stretches of the trail that are somebody else first</source>
      <translation>Erst die Abschnitte der Spur anhaken, die jemand anderes sind</translation>
    </message>
    <message>
      <source>Leave at least one stretch unticked: that is the target</source>
      <translation>Mindestens einen Abschnitt nicht anhaken: das ist die Zielperson</translation>
    </message>
    <message>
      <source>{0} stretches are another person (Ctrl+Z takes it back)</source>
      <translation>{0} Abschnitte sind eine andere Person (Strg+Z nimmt es zurück)</translation>
    </message>
    <message>
      <source>Name of {0} changed (Ctrl+Z takes it back)</source>
      <translation>Name von {0} geändert (Strg+Z nimmt es zurück)</translation>
    </message>
    <message>
      <source>Note and tags of {0} changed (Ctrl+Z takes it back)</source>
      <translation>Notiz und Stichwörter von {0} geändert (Strg+Z nimmt es zurück)</translation>
    </message>
  </context>
  <context>
    <name>Tile</name>
    <message>
      <source>Spot tile</source>
      <translation>Folge-Kachel</translation>
    </message>
    <message>
      <source>No camera</source>
      <translation>Keine Kamera</translation>
    </message>
    <message>
      <source>Follows the target once there is one</source>
      <translation>Folgt der Zielperson, sobald es eine gibt</translation>
    </message>
    <message>
      <source>{0:.0f} fps</source>
      <translation>{0:.0f} B/s</translation>
    </message>
    <message>
      <source>{0:.0f} searched/s</source>
      <translation>{0:.0f} durchsucht/s</translation>
    </message>
    <message>
      <source>{0} old</source>
      <translation>{0} alt</translation>
    </message>
    <message>
      <source>since {0}</source>
      <translation>seit {0}</translation>
    </message>
    <message>
      <source>Connecting</source>
      <translation>Verbindet</translation>
    </message>
    <message>
      <source>Failed</source>
      <translation>Ausgefallen</translation>
    </message>
    <message>
      <source>Recording ended</source>
      <translation>Aufnahme zu Ende</translation>
    </message>
    <message>
      <source>No new picture for {0}</source>
      <translation>Kein neues Bild seit {0}</translation>
    </message>
    <message>
      <source>Offline since {0}</source>
      <translation>Getrennt seit {0}</translation>
    </message>
    <message>
      <source>next try in {0}</source>
      <translation>nächster Versuch in {0}</translation>
    </message>
    <message>
      <source>trying again now</source>
      <translation>neuer Versuch läuft</translation>
    </message>
  </context>
  <context>
    <name>Timeline</name>
    <message>
      <source>Timeline</source>
      <translation>Zeitleiste</translation>
    </message>
    <message>
      <source>Track somebody: bars show when and in which camera the person was.</source>
      <translation>Jemanden verfolgen: Balken zeigen, wann und in welcher Kamera die Person war.</translation>
    </message>
  </context>
  <context>
    <name>Times</name>
    <message>
      <source>{0} s</source>
      <translation>{0} s</translation>
    </message>
    <message>
      <source>{0} min {1:02d} s</source>
      <translation>{0} min {1:02d} s</translation>
    </message>
    <message>
      <source>{0} h {1:02d} min</source>
      <translation>{0} h {1:02d} min</translation>
    </message>
  </context>
  <context>
    <name>Watch</name>
    <message>
      <source>good</source>
      <translation>gut</translation>
    </message>
    <message>
      <source>mixed</source>
      <translation>mäßig</translation>
    </message>
    <message>
      <source>poor</source>
      <translation>schlecht</translation>
    </message>
    <message>
      <source>Alarms</source>
      <translation>Alarme</translation>
    </message>
    <message>
      <source>Watch list</source>
      <translation>Suchliste</translation>
    </message>
    <message>
      <source>Alarms, newest first</source>
      <translation>Alarme, neueste zuerst</translation>
    </message>
    <message>
      <source>No alarm so far.</source>
      <translation>Bisher kein Alarm.</translation>
    </message>
    <message>
      <source>Note (kept with the alarm)</source>
      <translation>Notiz (wird mit dem Alarm aufbewahrt)</translation>
    </message>
    <message>
      <source>Note</source>
      <translation>Notiz</translation>
    </message>
    <message>
      <source>Acknowledge</source>
      <translation>Übernehmen</translation>
    </message>
    <message>
      <source>Track</source>
      <translation>Verfolgen</translation>
    </message>
    <message>
      <source>People on the watch list</source>
      <translation>Personen auf der Suchliste</translation>
    </message>
    <message>
      <source>Nobody is on the watch list.</source>
      <translation>Niemand ist auf der Suchliste.</translation>
    </message>
    <message>
      <source>Take off the list</source>
      <translation>Von der Liste nehmen</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>Name</translation>
    </message>
    <message>
      <source>Reason (kept with the entry)</source>
      <translation>Grund (wird mit dem Eintrag aufbewahrt)</translation>
    </message>
    <message>
      <source>Pictures to enrol</source>
      <translation>Bilder zum Aufnehmen</translation>
    </message>
    <message>
      <source>Add pictures, or drop them here.</source>
      <translation>Bilder hinzufügen oder hier ablegen.</translation>
    </message>
    <message>
      <source>Add pictures...</source>
      <translation>Bilder hinzufügen ...</translation>
    </message>
    <message>
      <source>Remove picture</source>
      <translation>Bild entfernen</translation>
    </message>
    <message>
      <source>Put on the list</source>
      <translation>Auf die Liste setzen</translation>
    </message>
    <message>
      <source>Somebody new</source>
      <translation>Jemand Neues</translation>
    </message>
    <message>
      <source>✓ {0}: {1}</source>
      <translation>✓ {0}: {1}</translation>
    </message>
    <message>
      <source>⚠ OPEN</source>
      <translation>⚠ OFFEN</translation>
    </message>
    <message>
      <source>by {0}, {1}</source>
      <translation>von {0}, {1}</translation>
    </message>
    <message>
      <source>At least one picture must be good or mixed.</source>
      <translation>Mindestens ein Bild muss gut oder mäßig sein.</translation>
    </message>
    <message>
      <source>Give the person a name.</source>
      <translation>Der Person einen Namen geben.</translation>
    </message>
    <message>
      <source>No alarm is open</source>
      <translation>Kein Alarm ist offen</translation>
    </message>
    <message>
      <source>Alarm about {0} acknowledged</source>
      <translation>Alarm zu {0} übernommen</translation>
    </message>
    <message>
      <source>Pictures of the person</source>
      <translation>Bilder der Person</translation>
    </message>
    <message>
      <source>looking at it...</source>
      <translation>wird angesehen ...</translation>
    </message>
    <message>
      <source>{0} is on the watch list</source>
      <translation>{0} steht auf der Suchliste</translation>
    </message>
    <message>
      <source>Choose somebody on the list first</source>
      <translation>Erst jemanden auf der Liste wählen</translation>
    </message>
    <message>
      <source>Taken off the watch list</source>
      <translation>Von der Suchliste genommen</translation>
    </message>
  </context>
  <context>
    <name>Window</name>
    <message>
      <source>Saved views</source>
      <translation>Gespeicherte Ansichten</translation>
    </message>
    <message>
      <source>Not known yet who this is; tracked as soon as it is</source>
      <translation>Noch nicht bekannt, wer das ist; wird verfolgt, sobald es feststeht</translation>
    </message>
    <message>
      <source>No target, or it has not been seen yet</source>
      <translation>Keine Zielperson, oder noch nicht gesehen</translation>
    </message>
    <message>
      <source>Taken back: {0}</source>
      <translation>Zurückgenommen: {0}</translation>
    </message>
    <message>
      <source>Nothing to take back</source>
      <translation>Nichts zurückzunehmen</translation>
    </message>
    <message>
      <source>Target {0} is in {1}</source>
      <translation>Zielperson {0} ist in {1}</translation>
    </message>
    <message>
      <source>Nobody is in the selected camera</source>
      <translation>In der gewählten Kamera ist niemand</translation>
    </message>
    <message>
      <source>Select a person first: N</source>
      <translation>Erst eine Person wählen: N</translation>
    </message>
    <message>
      <source>Select a person first (N), or draw a box on a paused picture</source>
      <translation>Erst eine Person wählen (N), oder auf einem angehaltenen Bild einen Rahmen ziehen</translation>
    </message>
    <message>
      <source>Track somebody first</source>
      <translation>Erst jemanden verfolgen</translation>
    </message>
    <message>
      <source>There is no picture to pause yet</source>
      <translation>Noch kein Bild zum Anhalten</translation>
    </message>
    <message>
      <source>No view is saved yet: Ctrl+S saves this one</source>
      <translation>Noch keine Ansicht gespeichert: Strg+S speichert diese</translation>
    </message>
    <message>
      <source>View “{0}”</source>
      <translation>Ansicht „{0}“</translation>
    </message>
    <message>
      <source>View “{0}” is saved</source>
      <translation>Ansicht „{0}“ ist gespeichert</translation>
    </message>
    <message>
      <source>None saved yet</source>
      <translation>Noch keine gespeichert</translation>
    </message>
    <message>
      <source>Operator: {0}    Keys: F1</source>
      <translation>Bediener: {0}    Tasten: F1</translation>
    </message>
    <message>
      <source>is back</source>
      <translation>ist wieder da</translation>
    </message>
    <message>
      <source>ALARM: {0} was seen in {1}</source>
      <translation>ALARM: {0} in {1} gesehen</translation>
    </message>
    <message>
      <source>Save this view</source>
      <translation>Diese Ansicht speichern</translation>
    </message>
    <message>
      <source>Name of the view</source>
      <translation>Name der Ansicht</translation>
    </message>
    <message>
      <source>Operator</source>
      <translation>Bediener</translation>
    </message>
    <message>
      <source>Who acts? The name is kept with every action.</source>
      <translation>Wer handelt? Der Name wird mit jeder Handlung aufbewahrt.</translation>
    </message>
  </context>
</TS>
