package dev.infill.cli.exchange;

import dev.infill.protocol.status.CheckReport;
import dev.infill.protocol.status.Finding;
import dev.infill.protocol.status.Finding.Severity;
import java.io.StringWriter;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** The report as JUnit XML, which builds show as tests: what blocks has failed, everything else has passed with a word. */
public final class JUnitReport {
    private JUnitReport() {}

    /** The whole document. */
    public static String xml(CheckReport report) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeCharacters("\n");
            suite(report, xml);
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("text could not be written as XML", e);
        }
        return text.toString();
    }

    private static void suite(CheckReport report, XMLStreamWriter xml) throws XMLStreamException {
        List<Finding> findings = report.findings();
        long failures = findings.stream().filter(JUnitReport::blocks).count();
        long tests = findings.size() + (failures == 0 ? 1L : 0L);
        xml.writeStartElement("testsuites");
        xml.writeStartElement("testsuite");
        attribute(xml, "name", "infill check " + report.migration());
        attribute(xml, "tests", Long.toString(tests));
        attribute(xml, "failures", Long.toString(failures));
        attribute(xml, "errors", "0");
        attribute(xml, "skipped", "0");
        if (failures == 0) {
            begin(report, "nothing blocks", xml);
            xml.writeEndElement();
        }
        for (Finding finding : findings) {
            begin(report, finding.code() + ": " + finding.found(), xml);
            xml.writeStartElement(blocks(finding) ? "failure" : "system-out");
            if (blocks(finding)) {
                attribute(xml, "type", finding.code());
                attribute(xml, "message", finding.found());
            }
            xml.writeCharacters(legal(text(finding)));
            xml.writeEndElement();
            xml.writeEndElement();
        }
        xml.writeCharacters("\n");
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private static void begin(CheckReport report, String name, XMLStreamWriter xml) throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testcase");
        attribute(xml, "classname", report.database() + "." + report.target().table());
        attribute(xml, "name", name);
    }

    private static boolean blocks(Finding finding) {
        return finding.severity() == Severity.BLOCK;
    }

    private static String text(Finding finding) {
        return finding.found() + "\nwhy: " + finding.why() + "\nto do: " + finding.remedy()
                + (finding.sql() == null ? "" : "\n" + finding.sql()) + "\n";
    }

    private static void attribute(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, legal(value));
    }

    /** XML has no way to write most control characters, and names may hold them. */
    private static String legal(String text) {
        return text.replaceAll("[^\\t\\n\\r\\x{20}-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]", "\uFFFD");
    }
}
