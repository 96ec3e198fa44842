package org.cyphervit.slide.format;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** XML that a slide holds: without document types, which could name other files or grow without end. */
final class Xml {
    private static final int MAX_CHARACTERS = 1 << 24;

    private Xml() {}

    /** @throws IOException if it is no XML, or too long */
    static Element parse(String text) throws IOException {
        if (text.length() > MAX_CHARACTERS) {
            throw new IOException("it has " + text.length() + " characters");
        }
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setXIncludeAware(false);
            factory.setExpandEntityReferences(false);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new Silent());
            return builder.parse(new InputSource(new StringReader(text.strip())))
                    .getDocumentElement();
        } catch (SAXException e) {
            throw new IOException(e.getMessage(), e);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("Java's XML parser lacks a feature", e);
        }
    }

    /** Elements of that name below another, at any depth, whatever prefix the file gives its names. */
    static List<Element> below(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        NodeList all = parent.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            String tag = element.getTagName();
            if (tag.substring(tag.indexOf(':') + 1).equals(name)) {
                found.add(element);
            }
        }
        return found;
    }

    /** The first of that name, if any. */
    static @Nullable Element first(Element parent, String name) {
        List<Element> found = below(parent, name);
        return found.isEmpty() ? null : found.getFirst();
    }

    /** The parser's own handler would print. */
    private static final class Silent implements ErrorHandler {
        @Override
        public void warning(SAXParseException exception) {}

        @Override
        public void error(SAXParseException exception) throws SAXException {
            throw exception;
        }

        @Override
        public void fatalError(SAXParseException exception) throws SAXException {
            throw exception;
        }
    }
}
