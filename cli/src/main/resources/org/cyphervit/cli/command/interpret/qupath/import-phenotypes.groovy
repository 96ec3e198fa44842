// Imports the phenotype map that 'cyphervit map' made of the open image into QuPath (0.5 on).
// Run it in QuPath's script editor on one image, or for a whole project by 'Run for project'.
//
// It looks for FOLDER/<name of the image without ending>/phenotypes.geojson.gz and tiles.geojson.gz;
// 'cyphervit map' writes this script with its --out as the folder.

import qupath.lib.io.GsonTools
import qupath.lib.io.PathIO

def folder = 'FOLDER'
def tiles = true        // tiles with the share of each phenotype as measurements
def regions = true      // outlines of the phenotypes as annotations
def replace = true      // remove what an earlier import left

def image = getCurrentServer().getURIs().isEmpty() ? getProjectEntry().getImageName()
    : new File(getCurrentServer().getURIs().first().path).name
def stem = image.contains('.') ? image.substring(0, image.lastIndexOf('.')) : image
def place = new File(folder, stem)
if (!place.isDirectory()) {
    println "There is no map of ${image} in ${folder} (expected ${place})"
    return
}

def imported = []
[[regions, 'phenotypes.geojson.gz'], [tiles, 'tiles.geojson.gz']].each { wanted, name ->
    def file = new File(place, name)
    if (wanted && file.isFile()) imported.addAll(PathIO.readObjects(file.toPath()))
}
def classes = imported.collect { it.getPathClass() }.findAll { it != null }.toSet()
if (replace) {
    // Phenotypes that were named after an earlier import had other names then.
    def about = GsonTools.getInstance().fromJson(new File(place, 'map.json').getText('UTF-8'), Map)
    def names = classes.collect { it.toString() } + (about.former_names ?: [])
    def old = getCurrentHierarchy().getAllObjects(false).findAll {
        (it.isTile() || it.isAnnotation()) && it.getPathClass()?.toString() in names
    }
    removeObjects(old, false)
}
addObjects(imported)

// The phenotypes become available classes, in their colours.
def available = getQuPath()?.getAvailablePathClasses()
classes.each { if (available != null && !(it in available)) available.add(it) }
fireHierarchyUpdate()
println "${image}: ${imported.size()} objects of ${classes.size()} phenotypes"
