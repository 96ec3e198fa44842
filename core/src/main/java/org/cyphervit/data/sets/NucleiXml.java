package org.cyphervit.data.sets;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Outlines of nuclei in the XML of Aperio's ImageScope, in which MoNuSeg draws them: a polygon of vertices per region. */
final class NucleiXml {
    private NucleiXml() {}

    /** Which of width x height pixels lie in an outline, row by row. */
    static boolean[] read(Path file, int width, int height) throws IOException {
        BufferedImage mask = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D graphics = mask.createGraphics();
        graphics.setColor(Color.WHITE);
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false); // no entities, so nothing grows or is fetched
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try (InputStream stream = Files.newInputStream(file)) {
            XMLStreamReader xml = factory.createXMLStreamReader(stream);
            Path2D.Double outline = new Path2D.Double();
            while (xml.hasNext()) {
                int event = xml.next();
                if (event == XMLStreamConstants.START_ELEMENT
                        && xml.getLocalName().equals("Vertex")) {
                    double x = Double.parseDouble(xml.getAttributeValue(null, "X"));
                    double y = Double.parseDouble(xml.getAttributeValue(null, "Y"));
                    if (outline.getCurrentPoint() == null) {
                        outline.moveTo(x, y);
                    } else {
                        outline.lineTo(x, y);
                    }
                } else if (event == XMLStreamConstants.END_ELEMENT
                        && xml.getLocalName().equals("Region")) {
                    graphics.fill(outline);
                    outline.reset();
                }
            }
        } catch (XMLStreamException | NumberFormatException | NullPointerException e) {
            throw new IOException("'" + file + "' holds no outlines of nuclei: " + e.getMessage(), e);
        } finally {
            graphics.dispose();
        }
        boolean[] covered = new boolean[width * height];
        for (int p = 0; p < covered.length; p++) {
            covered[p] = mask.getRaster().getDataBuffer().getElem(p) != 0;
        }
        return covered;
    }
}
